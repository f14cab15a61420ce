-- Shared text, put in front of the scripts that start jobs, after job_states.lua.
--
-- Keeps a job that starts has a lease (freshet:leases) and stands in rq:wip:<queue> in the same step; nothing of it
--       expires while it runs.

-- Seconds, and milliseconds for leases: by the clock of Redis alone.
local function clock()
    local time = redis.call('TIME')
    local seconds = tonumber(time[1])
    return seconds, seconds * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- When RQ may look after a job with this time limit, as RQ would have it.
local function wip_score(now, timeout)
    local limit = number_in(timeout, 180)
    local margin = (limit < 0 or limit > 30) and 30 or limit
    return string.format('%d', now + margin + 60)
end

local function fields_to_start(job)
    return redis.pcall('HMGET', job, 'data', 'origin', 'status', 'timeout', 'result_ttl', 'failure_ttl', 'meta',
        'freshet:reaped', 'retries_left', 'retry_intervals', 'number_of_retries', 'rate_limit_key', 'freshet:key',
        'success_callback_name', 'failure_callback_name', 'stopped_callback_name', 'webhooks',
        'freshet:execution')
end

-- What the worker gets of them: {data, queue, id, timeout, result_ttl, failure_ttl, meta, reaped, and for the few jobs
-- that have any of these: retries_left, retry_intervals, number_of_retries, rate limit key, key, callbacks on success,
-- failure, stop, webhooks}; an absent field is nil.
local function to_started(fields, queue, id)
    local any = false
    for i = 9, 17 do any = any or fields[i] end
    for i = any and 18 or 9, 18 do fields[i] = nil end
    fields[2], fields[3] = queue, id
    return fields
end

local function mark_started(job, execution, worker, started_at)
    redis.call('HSET', job, 'status', 'started', 'started_at', started_at, 'last_heartbeat', started_at,
        'worker_name', worker, 'freshet:worker', worker, 'freshet:execution', execution)
end

