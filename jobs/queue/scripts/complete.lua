-- Ends executions: the result, the job's new state, and what the run's readers must see, in one step.
-- (arguments.lua, job_states.lua and run_effects.lua stand in front of this text.)
--
-- ARGV  database of the queue, of the runs, of the cache, name of the caller, ended_at; then for each execution:
--         queue, job id, execution id, 1 if it is plain or 0 (plain: it has had no heartbeat, has been given no key, and its
--         record had no rare field when it started, see starting.lua), outcome: finished | failed | stopped,
--         time to live of what is kept (s; -1 for ever, 0 nothing: only when finished),
--         run id ('' none),
--         finished: return value (base64, '' none)
--         else:     seconds until a failed job is tried again ('' never), error text (zlib), the same as base64,
--                   how it died (a JSON object, '' it did not)
--         and if there is a run: task's stored value ('' none),
--         number of caches, for each: controller, number of keys, the keys,
--         number of messages, for each: channel, text
-- Reply for each, done: the timestamp recorded or 0; else {what, detail}:
--         again                  this execution has completed before: the first reply got lost
--         lost                   the lease is gone: nothing was changed
--         refused, Redis' error  its lease stays, so that it can be tried again or is found by a janitor
--       An error if all of them were refused.
-- Keeps  only the holder of the lease completes, once. Timestamp and invalidation happen if and only if it does.
--        Messages go out after everything that they tell of. A key passes on. A canceled job stays canceled. The lease
--        goes last. One execution that Redis refuses holds up no other. What all of them write to the same key goes
--        there in one command.

-- Whether any of them has dependents: most have none, and one question for all is enough then.
local have_dependents = false

local queue_db, runs_db, cache_db, caller, ended_at = take(), take(), take(), take(), take()
local now = tonumber(redis.call('TIME')[1])

-- Executions that left no hash to tell that they completed, for the caller who has to ask again.
local without_trace = 'freshet:completed:' .. caller

-- What is to go at the end: `wip` by queue.
local over = {leases = {}, wip = {}, keys = {}, without_trace = {}}

local function take_run_effects(one)
    one.task = take()
    for i = 1, tonumber(take()) do
        local cache = {controller = take(), keys = {}}
        for k = 1, tonumber(take()) do cache.keys[k] = take() end
        one.caches[i] = cache
    end
    for i = 1, tonumber(take()) do one.messages[i] = {take(), take()} end
end

local function take_one()
    local queue, id, execution, is_plain, outcome, ttl, run_id, value = unpack(ARGV, at + 1, at + 8)
    local one = {queue = queue, id = id, job = 'rq:job:' .. id, execution = execution, is_plain = is_plain == '1',
        outcome = outcome, ttl = tonumber(ttl), run_id = run_id, value = value, has_dependencies = false, repeats = 0,
        is_dropped = false, is_deleted = false}
    at = at + 7
    if outcome == 'finished' then
        at = at + 1
    else
        one.retry_in, one.error, one.error_text, one.death = tonumber(take()), take(), take(), take()
        if one.death == '' then one.death = nil end
    end
    if run_id ~= '' then
        one.caches, one.messages = {}, {}
        take_run_effects(one)
    end
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
    local job = one.job
    if one.ttl == 0 then
        if have_dependents then
            redis.call('HSET', job, 'status', 'finished')
            release_dependents(one.id, ended_at)
        end
        one.is_dropped = true
        return
    end
    redis.call('HSET', job, 'status', 'finished', 'ended_at', ended_at, 'worker_name', '', 'freshet:completed',
        one.execution)
    add_success(one)
    local until_when = one.ttl < 0 and '+inf' or string.format('%d', now + one.ttl)
    redis.call('ZADD', 'rq:finished:' .. one.queue, until_when, one.id)
    if have_dependents or one.has_dependencies then
        release_dependents(one.id, ended_at)
        keep(one.id, one.ttl)
    else
        keep_keys(one.ttl, {job, 'rq:results:' .. one.id})
    end
end

local function try_again(one)
    local job = one.job
    redis.call('HINCRBY', job, 'retries_left', -1)
    redis.call('HINCRBY', job, 'number_of_retries', 1)
    redis.call('HSET', job, 'ended_at', ended_at, 'worker_name', '', 'exc_info', one.error, 'freshet:completed',
        one.execution)
    add_failure(one.id, one.execution, one.error_text)
    if one.retry_in > 0 then
        put_on_schedule(one.id, one.queue, now + one.retry_in)
    else
        local front = redis.call('HGET', job, 'enqueue_at_front_on_retry') == '1'
        put_on_queue(one.id, one.queue, ended_at, front and 'LPUSH' or 'RPUSH')
    end
end

-- RQ 2 counts the intervals from the end, and takes the last one where there are too few.
local function repeat_interval(job, left)
    local intervals = {}
    for text in string.gmatch(redis.call('HGET', job, 'repeat_intervals') or '', '[%d.]+') do
        intervals[#intervals + 1] = number_in(text, 0)
    end
    return intervals[math.min(left, #intervals)] or 0
end

local function finish_and_repeat(one)
    local job = one.job
    redis.call('HSET', job, 'status', 'finished', 'ended_at', ended_at, 'worker_name', '', 'freshet:completed',
        one.execution, 'repeats_left', one.repeats - 1)
    if one.ttl ~= 0 then
        add_success(one)
        keep_keys(one.ttl, {'rq:results:' .. one.id})
    end
    release_dependents(one.id, ended_at)
    local interval = repeat_interval(job, one.repeats)
    if interval > 0 then
        put_on_schedule(one.id, one.queue, now + interval)
    else
        put_on_queue(one.id, one.queue, ended_at, 'RPUSH')
    end
end

local function stay_canceled(one)
    local job = one.job
    redis.call('HSET', job, 'ended_at', ended_at, 'worker_name', '', 'freshet:completed', one.execution)
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
        if retries then redis.call('HDEL', one.job, 'exc_info') end
        if one.repeats > 0 then finish_and_repeat(one) else finish(one) end
    elseif one.outcome == 'failed' and one.retry_in then
        try_again(one)
    else
        fail_job(one.id, one.queue, one.execution, one.outcome, ended_at, one.ttl, one.error, one.error_text)
    end
end

local function note_end(one)
    local stop, by = unpack(redis.call('HMGET', one.job, 'freshet:stop', 'freshet:stop_by'))
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
    return tonumber(stamp)
end

local function completed_before(one)
    return redis.call('HGET', one.job, 'freshet:completed') == one.execution or
        redis.call('LPOS', without_trace, one.execution)
end

local function forget(one, lease)
    local wip = over.wip[one.queue] or {}
    over.wip[one.queue] = wip
    wip[#wip + 1] = one.id
    over.leases[#over.leases + 1] = lease
    local keys = over.keys
    if not one.is_plain then add(keys, 'rq:execution:' .. lease, 'rq:executions:' .. one.id) end
    if one.is_dropped then
        add(keys, one.job, 'rq:results:' .. one.id)
        if have_dependents or one.has_dependencies then add(keys, relatives_of(one.id)) end
    end
    if one.is_dropped or one.is_deleted then over.without_trace[#over.without_trace + 1] = one.execution end
end

local function read(one)
    if one.is_plain then
        local status, execution = unpack(redis.call('HMGET', one.job, 'status', 'freshet:execution'))
        if status == 'started' then return status, execution end
    end
    local status, execution, retries, key, dependencies, repeats = unpack(redis.call('HMGET', one.job, 'status',
        'freshet:execution', 'number_of_retries', 'freshet:key', 'dependency_ids', 'repeats_left'))
    one.has_dependencies, one.repeats = dependencies, number_in(repeats, 0)
    return status, execution, retries, key
end

local function complete(one, lease, is_held)
    if not is_held then return {completed_before(one) and 'again' or 'lost'} end
    local status, execution, retries, key = read(one)
    local stamp = one.outcome == 'finished' and one.run_id ~= '' and affect_run(one) or 0
    -- Deleted while it ran: it has done its work on the run, but leaves no record behind.
    one.is_deleted = execution ~= one.execution
    if not one.is_deleted then
        if one.death then note_end(one) end
        record(one, status, retries)
        if key then let_go(one.id, key) end
    end
    for _, message in ipairs(one.messages or {}) do redis.call('PUBLISH', message[1], message[2]) end
    forget(one, lease)
    return stamp
end

local all, leases, dependents = {}, {}, {}
while at < #ARGV do
    local one = take_one()
    all[#all + 1] = one
    leases[#leases + 1] = one.id .. ':' .. one.execution
    dependents[#dependents + 1] = one.job .. ':dependents'
end
local held = redis.call('ZMSCORE', 'freshet:leases', unpack(leases))
have_dependents = redis.call('EXISTS', unpack(dependents)) > 0

local replies, first_error, refused = {}, nil, 0
for i, one in ipairs(all) do
    local was_possible, reply = pcall(complete, one, leases[i], held[i])
    if not was_possible then
        redis.call('SELECT', queue_db)
        local text = type(reply) == 'table' and reply.err or tostring(reply)
        first_error, refused = first_error or text, refused + 1
        reply = {'refused', text}
    end
    replies[i] = reply
end
if refused == #all then return redis.error_reply(first_error) end

if #over.keys > 0 then redis.call('UNLINK', unpack(over.keys)) end
if #over.without_trace > 0 then
    local remembered = redis.call('RPUSH', without_trace, unpack(over.without_trace))
    if remembered > 2000 then redis.call('LTRIM', without_trace, -1000, -1) end
    redis.call('EXPIRE', without_trace, 600)
end
for queue, ids in pairs(over.wip) do in_parts('ZREM', 'rq:wip:' .. queue, ids) end
in_parts('ZREM', 'freshet:leases', over.leases)
return replies
