-- Decides whether claimed jobs may go on, for what only their task tells: the kind of slot that they need and the key
-- that they must hold. Those that may not wait without a slot. (job_states.lua stands in front of this text.)
--
-- ARGV  for each: queue, job id, execution id, kind of slot that it lacks ('' : it has one), key that it must hold ('' :
--       none beside its own), how many jobs may hold it
-- Reply for each: go | aside | lost (the lease is gone: nothing was changed)
-- Keeps a job that may not go on is queued again by the step that ends its execution: on rq:queue:<queue>:<kind>, from
--       which workers with such a slot claim, or among those that wait for its key. It keeps its turn; the attempt does
--       not count. Workers with a free slot are told on the channel freshet:aside:<queue>.

local function put_back(id, queue, execution)
    redis.call('ZREM', 'freshet:leases', id .. ':' .. execution)
    forget_execution(id, queue, execution)
    local job = 'rq:job:' .. id
    redis.call('HSET', job, 'status', 'queued', 'started_at', '', 'worker_name', '')
    local ttl = number_in(redis.call('HGET', job, 'ttl'), -1)
    if ttl > 0 then keep(id, ttl) end
end

local function wait_for_slot(id, queue, kind)
    local list = 'rq:queue:' .. queue .. ':' .. kind
    local was_here = redis.call('HGET', 'rq:job:' .. id, 'freshet:place') == list
    redis.call('SADD', 'rq:queues', list)
    redis.call('HSET', 'rq:job:' .. id, 'freshet:place', list)
    redis.call(was_here and 'LPUSH' or 'RPUSH', list, id)
    redis.call('PUBLISH', 'freshet:aside:' .. queue, kind)
end

local function decide(queue, id, execution, kind, key, limit)
    local status, last = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'freshet:execution'))
    if not redis.call('ZSCORE', 'freshet:leases', id .. ':' .. execution) then return 'lost' end
    if status ~= 'started' or last ~= execution then return 'go' end -- canceled or deleted: its heartbeat ends it
    if key ~= '' then
        redis.call('HSET', 'rq:job:' .. id, 'freshet:key', key, 'freshet:key_limit', limit)
        if not hold_or_wait(id, key, limit) then
            put_back(id, queue, execution)
            return 'aside'
        end
    end
    if kind == '' then return 'go' end
    put_back(id, queue, execution)
    wait_for_slot(id, queue, kind)
    return 'aside'
end

local replies = {}
for i = 1, #ARGV, 6 do replies[#replies + 1] = decide(unpack(ARGV, i, i + 5)) end
return replies
