-- Takes expired leases back: the job returns to the head of its queue, or ends as stopped if an operator had asked for
-- that. (job_states.lua stands in front of this text.)
--
-- ARGV  most leases to look at, most times that a job may be reaped, ended_at (text), error text of a stopped job
--       (zlib), the same as base64
-- Reply for each lease {job id, execution id, what: queued | poison | stopped | gone, times reaped, deaths (of poison)}
-- Keeps a lease that has not expired by the clock of Redis is not touched; a job leaves started and enters its queue or
--       the failed registry in the same step, and its hash tells of the death. A job that a worker of RQ has started
--       meanwhile is left to it. Poison has been reaped too often: it is left for abandon.lua, lease and all.

local limit, most_reaped, ended_at, stopped, stopped_text = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local time = redis.call('TIME')
local now_ms = string.format('%d', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))

local function reap(member)
    local id, execution = string.match(member, '^(.*):([^:]*)$')
    local job = 'rq:job:' .. id
    local queue, status, last, failure_ttl, stop, worker, ours, reaped, by, deaths, key = unpack(redis.call('HMGET', job,
        'origin', 'status', 'freshet:execution', 'failure_ttl', 'freshet:stop', 'worker_name', 'freshet:worker',
        'freshet:reaped', 'freshet:stop_by', 'freshet:deaths', 'freshet:key'))
    local is_ours = last == execution and status == 'started' and worker == ours
    local times = number_in(reaped, 0) + 1
    if is_ours and stop ~= execution and times > most_reaped then
        return {id, execution, 'poison', times, (deaths or '') .. silence(ended_at, execution, worker)}
    end

    redis.call('ZREM', 'freshet:leases', member)
    local ttl = number_in(failure_ttl, 31536000)
    if last == execution and (status ~= 'started' or is_ours) then forget_execution(id, queue, execution) end
    if last == execution and status == 'canceled' then
        keep(id, ttl)
        if key then let_go(id, key) end
    end
    if not is_ours then return {id, execution, 'gone', 0, ''} end

    redis.call('HSET', job, 'freshet:reaped', times)
    note_death(id, silence(ended_at, execution, worker), stop == execution and by or nil)
    if stop == execution then
        fail_job(id, queue, execution, 'stopped', ended_at, ttl, stopped, stopped_text)
        return {id, execution, 'stopped', times, ''}
    end
    redis.call('HSET', job, 'status', 'queued', 'started_at', '', 'worker_name', '', 'enqueued_at', ended_at)
    redis.call('LPUSH', 'rq:queue:' .. queue, id)
    return {id, execution, 'queued', times, ''}
end

local replies = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'freshet:leases', '-inf', '(' .. now_ms, 'LIMIT', 0, limit)) do
    replies[#replies + 1] = reap(member)
end
return replies
