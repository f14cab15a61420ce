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

-- What a worker gets of a job's hash, in this order. From `rare_from` on only where the job has any of these, and RQ's
-- empty ones do not count; what is at 0 stays here.
local rare_from = 9
local place_of = {data = 1, origin = 2, status = 3, timeout = 4, result_ttl = 5, failure_ttl = 6, meta = 7,
    ['freshet:reaped'] = 8, retries_left = 9, retry_intervals = 10, number_of_retries = 11, rate_limit_key = 12,
    ['freshet:key'] = 13, success_callback_name = 14, failure_callback_name = 15, stopped_callback_name = 16,
    webhooks = 17, dependency_ids = 18, repeats_left = 19, ['freshet:execution'] = 0}

-- An absent one of the first is false, of the others nil. All fields at once cost less than a search for each of these.
local function fields_to_start(job)
    local all = redis.pcall('HGETALL', job)
    if all.err then return all end
    local fields = {false, false, false, false, false, false, false, false}
    for i = 1, #all, 2 do
        local place, value = place_of[all[i]], all[i + 1]
        if place and (place < rare_from or value ~= '') then
            fields[place] = value
            if place >= rare_from then fields.has_rare = true end
        end
    end
    return fields
end

-- The list as the worker gets it: with the queue and the id in the places of origin and status, and without a hole.
local function to_started(fields, queue, id)
    fields[2], fields[3] = queue, id
    for i = rare_from, fields.has_rare and 19 or 0 do fields[i] = fields[i] or false end
    return fields
end

local function mark_started(job, execution, worker, started_at)
    redis.call('HSET', job, 'status', 'started', 'started_at', started_at, 'last_heartbeat', started_at,
        'worker_name', worker, 'freshet:worker', worker, 'freshet:execution', execution)
end

