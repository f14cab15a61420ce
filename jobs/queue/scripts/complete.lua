-- Ends executions: the result, the job's new state, and what the run's readers must see, in one step.
-- (job_states.lua and run_effects.lua stand in front of this text.)
--
-- ARGV  database of the queue, of the runs, of the cache, name of the caller; then for each execution:
--         queue, job id, execution id, outcome: finished | failed | stopped, ended_at,
--         time to live of what is kept (s; -1 for ever, 0 nothing: only when finished),
--         seconds until a failed job is tried again ('' never),
--         return value (base64, '' none), error text (zlib), the same as base64,
--         how it died (a JSON object, '' it did not),
--         run id ('' none), task's stored value ('' none),
--         number of caches, for each: controller, number of keys, the keys,
--         number of messages, for each: channel, text
-- Reply for each {what, detail}:
--         done, the timestamp recorded or 0
--         again, 0            this execution has completed before: the first reply got lost
--         lost, 0             the lease is gone: nothing was changed
-- Keeps  only the holder of the lease completes, once. Timestamp and invalidation happen if and only if it does.
--        Messages go out after everything that they tell of. A key passes on. A canceled job stays canceled. The lease goes last, so
--        that an error on the way leaves a job that a janitor finds.

local at = 0
local function take()
    at = at + 1
    return ARGV[at]
end

local queue_db, runs_db, cache_db, caller = take(), take(), take(), take()
local now = tonumber(redis.call('TIME')[1])

-- Executions that left no hash to tell that they completed, for the caller who has to ask again.
local without_trace = 'freshet:completed:' .. caller
local new_without_trace = {}

local function take_one()
    local one = {queue = take(), id = take(), execution = take(), outcome = take(), ended_at = take(),
        ttl = tonumber(take()), retry_in = tonumber(take()), value = take(), error = take(), error_text = take(),
        death = take(), run_id = take(), task = take(), caches = {}, messages = {}}
    for i = 1, tonumber(take()) do
        local cache = {controller = take(), keys = {}}
        for k = 1, tonumber(take()) do cache.keys[k] = take() end
        one.caches[i] = cache
    end
    for i = 1, tonumber(take()) do one.messages[i] = {take(), take()} end
    return one
end

local function add_success(one)
    local results = 'rq:results:' .. one.id
    if one.value == '' then
        redis.call('XADD', results, 'MAXLEN', '~', 10, '*', 'type', '1', 'execution_id', one.execution)
    else
        redis.call('XADD', results, 'MAXLEN', '~', 10, '*', 'type', '1', 'execution_id', one.execution, 'return_value',
            one.value)
    end
end

local function finish(one)
    if one.ttl == 0 then
        if redis.call('EXISTS', 'rq:job:' .. one.id .. ':dependents') == 1 then
            redis.call('HSET', 'rq:job:' .. one.id, 'status', 'finished')
            release_dependents(one.id, one.ended_at)
        end
        drop(one.id)
        new_without_trace[#new_without_trace + 1] = one.execution
        return
    end
    redis.call('HSET', 'rq:job:' .. one.id, 'status', 'finished', 'ended_at', one.ended_at, 'worker_name', '',
        'freshet:completed', one.execution)
    add_success(one)
    redis.call('ZADD', 'rq:finished:' .. one.queue, one.ttl < 0 and '+inf' or now + one.ttl, one.id)
    release_dependents(one.id, one.ended_at)
    keep(one.id, one.ttl)
end

local function try_again(one)
    local job = 'rq:job:' .. one.id
    redis.call('HINCRBY', job, 'retries_left', -1)
    redis.call('HINCRBY', job, 'number_of_retries', 1)
    redis.call('HSET', job, 'ended_at', one.ended_at, 'worker_name', '', 'exc_info', one.error, 'freshet:completed',
        one.execution)
    add_failure(one.id, one.execution, one.error_text)
    if one.retry_in > 0 then
        put_on_schedule(one.id, one.queue, now + one.retry_in)
    else
        local front = redis.call('HGET', job, 'enqueue_at_front_on_retry') == '1'
        put_on_queue(one.id, one.queue, one.ended_at, front and 'LPUSH' or 'RPUSH')
    end
end

local function stay_canceled(one)
    local job = 'rq:job:' .. one.id
    redis.call('HSET', job, 'ended_at', one.ended_at, 'worker_name', '', 'freshet:completed',
        one.execution)
    if one.outcome == 'finished' then
        add_success(one)
    else
        add_failure(one.id, one.execution, one.error_text)
    end
    keep(one.id, number_in(redis.call('HGET', job, 'failure_ttl'), 31536000))
end

local function record(one, status, retries)
    if status == 'canceled' then return stay_canceled(one) end
    if status ~= 'started' then leave_place(one.id, one.queue, status) end -- RQ's cleaner has moved it
    if one.outcome == 'finished' then
        if retries then redis.call('HDEL', 'rq:job:' .. one.id, 'exc_info') end
        finish(one)
    elseif one.outcome == 'failed' and one.retry_in then
        try_again(one)
    else
        fail_job(one.id, one.queue, one.execution, one.outcome, one.ended_at, one.ttl, one.error, one.error_text)
    end
end

local function note_end(one)
    local stop, by = unpack(redis.call('HMGET', 'rq:job:' .. one.id, 'freshet:stop', 'freshet:stop_by'))
    note_death(one.id, one.death, stop == one.execution and by or nil)
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

local function completed_before(one, completed)
    return completed == one.execution or redis.call('LPOS', without_trace, one.execution)
end

local function complete(one)
    local lease = one.id .. ':' .. one.execution
    local status, execution, completed, retries, key = unpack(redis.call('HMGET', 'rq:job:' .. one.id, 'status',
        'freshet:execution', 'freshet:completed', 'number_of_retries', 'freshet:key'))
    if not redis.call('ZSCORE', 'freshet:leases', lease) then
        return {completed_before(one, completed) and 'again' or 'lost', 0}
    end
    forget_execution(one.id, one.queue, one.execution)
    local stamp = one.outcome == 'finished' and one.run_id ~= '' and affect_run(one) or 0
    if execution == one.execution then
        if one.death ~= '' then note_end(one) end
        record(one, status, retries)
        if key then let_go(one.id, key) end
    else -- deleted while it ran: it has done its work on the run, but leaves no record behind
        new_without_trace[#new_without_trace + 1] = one.execution
    end
    redis.call('ZREM', 'freshet:leases', lease)
    for _, message in ipairs(one.messages) do redis.call('PUBLISH', message[1], message[2]) end
    return {'done', stamp}
end

local replies = {}
while at < #ARGV do replies[#replies + 1] = complete(take_one()) end
if #new_without_trace > 0 then
    redis.call('RPUSH', without_trace, unpack(new_without_trace))
    redis.call('LTRIM', without_trace, -1000, -1)
    redis.call('EXPIRE', without_trace, 600)
end
return replies
