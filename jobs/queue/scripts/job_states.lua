-- Shared text, put in front of the scripts that move jobs between states.
--
-- Keeps a dependent never starts before its dependencies ended; a released one is taken out of the dependents of ALL
--       its parents, so that a parent that runs again does not run it again. What is kept of an ended job, its results
--       and dependencies included, goes at the same time. A job enters its list or registry in the step that sets
--       its status. Of the jobs with a key (freshet:key) at most as many as its limit run; the key passes from a job that
--       ends to the one that has waited longest, in the same step.

-- A number from a hash that anybody may have written; `otherwise` if it is none. Whole, from -1 to a hundred years in
-- seconds: what Redis would refuse as an expiry must not end a script halfway.
local function number_in(text, otherwise)
    local value = tonumber(text or '')
    if not value or value ~= value then return otherwise end
    return math.floor(math.max(-1, math.min(value, 3153600000)))
end

-- One command for all of `words`, or a few: Lua hands them to Redis over a stack of some thousand places.
local function in_parts(command, key, words)
    for i = 1, #words, 2000 do redis.call(command, key, unpack(words, i, math.min(i + 1999, #words))) end
end

local function add(to, first, second)
    local last = #to
    to[last + 1], to[last + 2] = first, second
end

local function relatives_of(id)
    return 'rq:job:' .. id .. ':dependents', 'rq:job::' .. id .. ':dependencies'
end

-- Whatever goes with the job's hash, and the hash.
local function keys_of(id)
    return 'rq:job:' .. id, 'rq:results:' .. id, relatives_of(id)
end

-- ttl in seconds; negative: for ever.
local function keep_keys(ttl, keys)
    local seconds = string.format('%d', math.max(ttl, 1))
    for _, key in ipairs(keys) do
        if ttl < 0 then redis.call('PERSIST', key) else redis.call('EXPIRE', key, seconds) end
    end
end

local function keep(id, ttl)
    keep_keys(ttl, {keys_of(id)})
end

-- `push` is LPUSH (head) or RPUSH (back).
local function put_on_queue(id, queue, enqueued_at, push)
    local job = 'rq:job:' .. id
    redis.call('HSET', job, 'status', 'queued', 'enqueued_at', enqueued_at)
    local ttl = number_in(redis.call('HGET', job, 'ttl'), -1)
    if ttl > 0 then keep(id, ttl) end
    redis.call(push, 'rq:queue:' .. queue, id)
end

local function put_on_schedule(id, queue, due)
    redis.call('HSET', 'rq:job:' .. id, 'status', 'scheduled')
    redis.call('ZADD', 'rq:scheduled:' .. queue, due, id)
end

-- Finished, or gone, or failed or stopped where the dependent allows it.
local function dependency_is_met(dependency, allow_failures)
    local status = redis.call('HGET', 'rq:job:' .. dependency, 'status')
    if not status or status == 'finished' then return true end
    return allow_failures and (status == 'failed' or status == 'stopped')
end

local function release(child, queue, front, due, parents, enqueued_at)
    for _, parent in ipairs(parents) do redis.call('SREM', 'rq:job:' .. parent .. ':dependents', child) end
    redis.call('ZREM', 'rq:deferred:' .. queue, child)
    if due > tonumber(redis.call('TIME')[1]) then
        put_on_schedule(child, queue, due)
    else
        put_on_queue(child, queue, enqueued_at, front and 'LPUSH' or 'RPUSH')
    end
end

-- Every dependent of the ended job whose dependencies are now all met goes on its queue, or waits on for its time.
local function release_dependents(id, enqueued_at)
    local waiting = 'rq:job:' .. id .. ':dependents'
    for _, child in ipairs(redis.call('SMEMBERS', waiting)) do
        local status, queue, allow_failures, front, due = unpack(redis.call('HMGET', 'rq:job:' .. child, 'status',
            'origin', 'allow_dependency_failures', 'enqueue_at_front', 'freshet:due'))
        if status ~= 'deferred' or not queue then
            redis.call('SREM', waiting, child)
        else
            local parents = redis.call('SMEMBERS', 'rq:job::' .. child .. ':dependencies')
            local ready = true
            for _, parent in ipairs(parents) do
                ready = ready and dependency_is_met(parent, allow_failures == '1')
            end
            if ready then
                redis.call('SREM', waiting, child)
                release(child, queue, front == '1', number_in(due, 0), parents, enqueued_at)
            end
        end
    end
end

local function drop(id)
    redis.call('UNLINK', keys_of(id))
end

local function forget_execution(id, queue, execution)
    redis.call('ZREM', 'rq:wip:' .. queue, id)
    redis.call('UNLINK', 'rq:execution:' .. id .. ':' .. execution, 'rq:executions:' .. id)
end

-- error is zlib, error_text the same as base64.
local function add_failure(id, execution, error_text)
    redis.call('XADD', 'rq:results:' .. id, 'MAXLEN', '~', 10, '*', 'type', '2', 'execution_id', execution,
        'exc_string', error_text)
end

-- Remembers how an execution died: one JSON object a line in the job's hash, the oldest go. `death` is such an object,
-- `by` who asked for it or nil.
local function note_death(id, death, by)
    if by and by ~= '' then death = string.sub(death, 1, -2) .. ',"by":' .. cjson.encode(by) .. '}' end
    local job = 'rq:job:' .. id
    local deaths = (redis.call('HGET', job, 'freshet:deaths') or '') .. death .. '\n'
    local _, count = string.gsub(deaths, '\n', '')
    for _ = 11, count do deaths = string.sub(deaths, string.find(deaths, '\n', 1, true) + 1) end
    redis.call('HSET', job, 'freshet:deaths', deaths)
end

-- The death of an execution whose worker did not renew its lease.
local function silence(at, execution, worker)
    return cjson.encode({at = at, execution = execution, worker = worker or '',
        cause = 'its worker died or went silent: the lease expired'})
end

-- freshet:key:<key> is the set of the jobs that hold a key: they run, or are on their queue and will. Those that wait
-- are queued as well, but on freshet:key:<key>:waiting, in order; freshet:keys names the keys with such a list.
local function grant(key)
    local holders = 'freshet:key:' .. key
    local waiting = holders .. ':waiting'
    while true do
        local id = redis.call('LINDEX', waiting, 0)
        if not id then break end
        local status, queue, limit = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'origin',
            'freshet:key_limit'))
        local waits = status == 'queued' and queue
        if waits and redis.call('SCARD', holders) >= math.max(1, number_in(limit, 1)) then return end
        redis.call('LPOP', waiting)
        if waits then
            redis.call('SADD', holders, id)
            redis.call('LPUSH', 'rq:queue:' .. queue, id)
        end
    end
    redis.call('SREM', 'freshet:keys', key)
end

local function let_go(id, key)
    if redis.call('SREM', 'freshet:key:' .. key, id) == 1 then grant(key) end
end

-- What ended without us (a worker of RQ ran it, its hash expired) does not hold a key. A canceled job does, until its
-- execution ends.
local function drop_dead_holders(key)
    local holders = 'freshet:key:' .. key
    for _, id in ipairs(redis.call('SMEMBERS', holders)) do
        local status, execution = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'freshet:execution'))
        local is_alive = status == 'queued' or status == 'started' or
            execution and redis.call('ZSCORE', 'freshet:leases', id .. ':' .. execution)
        if not is_alive then redis.call('SREM', holders, id) end
    end
    grant(key)
end

-- True if the job holds the key now; else it waits for it.
local function hold_or_wait(id, key, limit)
    local holders, most = 'freshet:key:' .. key, math.max(1, number_in(limit, 1))
    if redis.call('SISMEMBER', holders, id) == 1 then return true end
    if redis.call('SCARD', holders) >= most then drop_dead_holders(key) end
    if redis.call('SCARD', holders) < most then
        redis.call('SADD', holders, id)
        return true
    end
    local waiting = holders .. ':waiting'
    redis.call('LREM', waiting, 0, id)
    redis.call('RPUSH', waiting, id)
    redis.call('HSET', 'rq:job:' .. id, 'freshet:place', waiting)
    redis.call('SADD', 'freshet:keys', key)
    return false
end

-- Takes the job off whatever list or registry its status says. A queue's list is searched for it.
local function leave_place(id, queue, status)
    if status == 'queued' then
        redis.call('LREM', 'rq:queue:' .. queue, 0, id)
        redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
        local key, place = unpack(redis.call('HMGET', 'rq:job:' .. id, 'freshet:key', 'freshet:place'))
        if place then redis.call('LREM', place, 0, id) end
        if key then let_go(id, key) end
    elseif status == 'deferred' then
        for _, parent in ipairs(redis.call('SMEMBERS', 'rq:job::' .. id .. ':dependencies')) do
            redis.call('SREM', 'rq:job:' .. parent .. ':dependents', id)
        end
        redis.call('ZREM', 'rq:deferred:' .. queue, id)
    elseif status == 'stopped' then
        redis.call('ZREM', 'rq:failed:' .. queue, id)
    elseif status == 'ready_to_enqueue' then
        redis.call('ZREM', 'rq:ready:' .. queue, id)
    else
        redis.call('ZREM', 'rq:' .. status .. ':' .. queue, id)
    end
end

-- The rest of a failed job's tree (the set freshet:tree:<root>) will not start. What runs is left alone: it finds the
-- mark, which names the first job that failed.
local function abandon_tree(id, ended_at)
    local root = redis.call('HGET', 'rq:job:' .. id, 'freshet:tree')
    if not root then return end
    local tree = 'freshet:tree:' .. root
    redis.call('SET', tree .. ':failed', id, 'NX', 'EX', 604800)
    for _, member in ipairs(redis.call('SMEMBERS', tree)) do
        local job = 'rq:job:' .. member
        local status, queue, failure_ttl = unpack(redis.call('HMGET', job, 'status', 'origin', 'failure_ttl'))
        if queue and (status == 'queued' or status == 'deferred' or status == 'scheduled') then
            leave_place(member, queue, status)
            redis.call('HSET', job, 'status', 'canceled', 'ended_at', ended_at)
            redis.call('ZADD', 'rq:canceled:' .. queue, redis.call('TIME')[1], member)
            keep(member, number_in(failure_ttl, 31536000))
        end
    end
end

-- `status` is failed or stopped. Whoever requeues the job gives it a clean count of lost workers.
local function fail_job(id, queue, execution, status, ended_at, ttl, error, error_text)
    local job = 'rq:job:' .. id
    redis.call('HSET', job, 'status', status, 'ended_at', ended_at, 'worker_name', '', 'exc_info', error,
        'freshet:completed', execution)
    redis.call('HDEL', job, 'freshet:reaped')
    local key = redis.call('HGET', job, 'freshet:key')
    if key then let_go(id, key) end
    add_failure(id, execution, error_text)
    local until_when = ttl < 0 and '+inf' or tonumber(redis.call('TIME')[1]) + math.max(ttl, 1)
    redis.call('ZADD', 'rq:failed:' .. queue, until_when, id)
    abandon_tree(id, ended_at)
    release_dependents(id, ended_at)
    keep(id, ttl)
end

-- Asks the worker of a running job to stop it: a mark that its next heartbeat sees, and RQ's command. `by` is who asks.
-- How many heard the command.
local function ask_to_stop(id, worker, execution, by)
    if execution then redis.call('HSET', 'rq:job:' .. id, 'freshet:stop', execution, 'freshet:stop_by', by) end
    return redis.call('PUBLISH', 'rq:pubsub:' .. worker, '{"command": "stop-job", "job_id": "' .. id .. '"}')
end
