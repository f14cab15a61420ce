-- Ends executions: the result, the job's new state, and what the run's readers must see, in one step.
-- (release_dependents.lua and run_effects.lua stand in front of this text.)
--
-- ARGV  database of the queue, of the runs, of the cache; then for each execution:
--         queue, job id, execution id, outcome: finished | failed, ended_at,
--         time to live of what is kept (s; -1 for ever, 0 nothing: only when finished),
--         return value (base64, '' none), error text (zlib), the same as base64,
--         run id ('' none), task's stored value ('' none),
--         number of caches, for each: controller, number of keys, the keys,
--         number of messages, for each: channel, text
-- Reply for each {what, detail}:
--         done, the timestamp recorded or 0
--         again, 0            this execution has completed before: the first reply got lost
--         lost, 0             the lease is gone: nothing was changed
-- Keeps  only the holder of the lease completes, once. Timestamp and invalidation happen if and only if it does.
--        Messages go out after everything that they tell of.

local at = 0
local function take()
    at = at + 1
    return ARGV[at]
end

local queue_db, runs_db, cache_db = take(), take(), take()
local now = tonumber(redis.call('TIME')[1])

local function keep(id, ttl)
    if ttl < 0 then return end
    for _, key in ipairs({'rq:job:' .. id, 'rq:results:' .. id, 'rq:job:' .. id .. ':dependents',
        'rq:job::' .. id .. ':dependencies'}) do
        redis.call('EXPIRE', key, ttl)
    end
end

local function drop(id)
    redis.call('UNLINK', 'rq:job:' .. id, 'rq:results:' .. id, 'rq:job:' .. id .. ':dependents',
        'rq:job::' .. id .. ':dependencies')
end

local function take_one()
    local one = {queue = take(), id = take(), execution = take(), outcome = take(), ended_at = take(),
        ttl = tonumber(take()), value = take(), error = take(), error_text = take(), run_id = take(), task = take(),
        caches = {}, messages = {}}
    for i = 1, tonumber(take()) do
        local cache = {controller = take(), keys = {}}
        for k = 1, tonumber(take()) do cache.keys[k] = take() end
        one.caches[i] = cache
    end
    for i = 1, tonumber(take()) do one.messages[i] = {take(), take()} end
    return one
end

local function finish(one)
    local job, results = 'rq:job:' .. one.id, 'rq:results:' .. one.id
    if one.ttl == 0 then
        redis.call('HSET', job, 'status', 'finished')
        release_dependents(one.id, one.ended_at)
        drop(one.id)
        return
    end
    redis.call('HSET', job, 'status', 'finished', 'ended_at', one.ended_at, 'worker_name', '',
        'freshet:completed', one.execution)
    if one.value == '' then
        redis.call('XADD', results, 'MAXLEN', '~', 10, '*', 'type', '1', 'execution_id', one.execution)
    else
        redis.call('XADD', results, 'MAXLEN', '~', 10, '*', 'type', '1', 'execution_id', one.execution, 'return_value',
            one.value)
    end
    redis.call('ZADD', 'rq:finished:' .. one.queue, one.ttl < 0 and '+inf' or now + one.ttl, one.id)
    release_dependents(one.id, one.ended_at)
    keep(one.id, one.ttl)
end

local function fail(one)
    local ttl = one.ttl == 0 and 1 or one.ttl
    redis.call('HSET', 'rq:job:' .. one.id, 'status', 'failed', 'ended_at', one.ended_at, 'worker_name', '', 'exc_info',
        one.error, 'freshet:completed', one.execution)
    redis.call('XADD', 'rq:results:' .. one.id, 'MAXLEN', '~', 10, '*', 'type', '2', 'execution_id', one.execution,
        'exc_string', one.error_text)
    redis.call('ZADD', 'rq:failed:' .. one.queue, ttl < 0 and '+inf' or now + ttl, one.id)
    release_dependents(one.id, one.ended_at)
    keep(one.id, ttl)
end

local function affect_run(one)
    local stamp = 0
    if one.task ~= '' then
        redis.call('SELECT', runs_db)
        stamp = record_timestamp(one.run_id, one.task, now)
    end
    redis.call('SELECT', cache_db)
    invalidate(one.run_id, one.caches)
    redis.call('SELECT', queue_db)
    return stamp
end

local function complete(one)
    local job = 'rq:job:' .. one.id
    if redis.call('ZREM', 'freshet:leases', one.id .. ':' .. one.execution) == 0 then
        if redis.call('HGET', job, 'freshet:completed') == one.execution then return {'again', 0} end
        return {'lost', 0}
    end
    redis.call('ZREM', 'rq:wip:' .. one.queue, one.id)
    redis.call('UNLINK', 'rq:execution:' .. one.id .. ':' .. one.execution, 'rq:executions:' .. one.id)

    local stamp = one.outcome == 'finished' and one.run_id ~= '' and affect_run(one) or 0
    -- A job that was deleted while it ran has done its work on the run, but leaves no record behind.
    if redis.call('EXISTS', job) == 1 then
        if one.outcome == 'finished' then finish(one) else fail(one) end
    end
    for _, message in ipairs(one.messages) do redis.call('PUBLISH', message[1], message[2]) end
    return {'done', stamp}
end

local replies = {}
while at < #ARGV do replies[#replies + 1] = complete(take_one()) end
return replies
