-- Writes jobs and their places: each job's hash, dependencies, place and receipt together or not at all.
-- (arguments.lua, job_states.lua and starting.lua stand in front of this text.)
--
-- ARGV  now (unix seconds), database of the queue, database of the runs, then for each job:
--         id, queue,
--         place: back | front | a unix second at which it is due,
--         seconds after which it vanishes if it still waits on its queue ('' never),
--         run id and receipt field (both empty: no receipt), admission: single | any,
--         allow dependency failures: 1 | 0, number of dependencies, their ids,
--         number of hash words, the words (field, value, ...; without status and enqueued_at),
--         enqueued_at
-- Reply for each job {what, detail}:
--         queued | scheduled | deferred, ''      it is stored; what is queued may have started already
--         exists, id                             that id is taken: nothing was changed
--         running, id of the job in the way      single flight refused it: nothing was changed
-- Keeps  a job whose hash exists is in a list, in a registry, or ended; the hash is written before any
--        index names it; a receipt names a job that was stored by the same call. Where nothing stands before a job on
--        its queue and an idle worker that listens has offered a slot (claim.lua), the job starts at once under that
--        worker's lease, and goes on the list at which the worker waits; an offer is taken up once. A call hands over
--        one job a queue: the worker then looks for the rest.

local now, queue_db, runs_db = take(), take(), take()

local function running_job(run_id, receipt)
    redis.call('SELECT', runs_db)
    local id = redis.call('HGET', run_id, receipt)
    redis.call('SELECT', queue_db)
    if not id then return nil end
    local status = redis.call('HGET', 'rq:job:' .. id, 'status')
    if status == 'queued' or status == 'started' or status == 'scheduled' then return id end
    return nil
end

-- The offer to take up, of those that are on the queue: {list, worker name, execution id, lease (ms), queues ...}; nil if
-- no worker that made one listens any more. `text` is the first of them.
local function take_up(queue, text)
    while text do
        local offer = cjson.decode(text)
        for i = 5, #offer do redis.call('SREM', 'freshet:offers:' .. offer[i], text) end
        if redis.call('PUBSUB', 'NUMSUB', 'rq:pubsub:' .. offer[2])[2] > 0 then return offer end
        text = redis.call('SRANDMEMBER', 'freshet:offers:' .. queue)
    end
    return nil
end

local most_data = 65536 -- bytes that are worth writing twice

local function as_text(value)
    return value and '$' .. #value .. '\r\n' .. value .. '\r\n' or '$-1\r\n'
end

-- As a worker reads replies.
local function to_text(execution, worker, fields)
    local parts = {}
    for i = 1, 16 do parts[i] = as_text(fields[i]) end
    return '*3\r\n' .. as_text(execution) .. as_text(worker) .. '*16\r\n' .. table.concat(parts)
end

local looked_at = {} -- queues

-- True if the job has started. A producer that may not look at offers does without.
local function hand_over(id, queue, started_at)
    if looked_at[queue] then return false end
    looked_at[queue] = true
    local first = redis.pcall('SRANDMEMBER', 'freshet:offers:' .. queue)
    if not first or first.err then return false end
    local job, list = 'rq:job:' .. id, 'rq:queue:' .. queue
    if redis.call('EXISTS', list, list .. ':intermediate', 'rq:suspended', 'freshet:paused:' .. queue) > 0 then
        return false
    end
    local fields = fields_to_start(job)
    local data, meta, key = fields[1] or '', fields[7] or '', fields[13]
    if data == '' or key or #data + #meta > most_data then return false end
    local offer = take_up(queue, first)
    if not offer then return false end

    local hand_to, worker, execution, lease = unpack(offer)
    local seconds, milliseconds = clock()
    mark_started(job, execution, worker, started_at)
    redis.call('ZADD', 'freshet:leases', string.format('%d', milliseconds + lease), id .. ':' .. execution)
    redis.call('ZADD', 'rq:wip:' .. queue, wip_score(seconds, fields[4]), id)
    redis.call('RPUSH', hand_to, to_text(execution, worker, to_started(fields, queue, id)))
    redis.call('PEXPIRE', hand_to, lease)
    return true
end

local function place_at(id, queue, place, ttl)
    if ttl ~= '' then keep(id, tonumber(ttl)) end
    redis.call(place == 'front' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. queue, id)
end

local function defer(id, queue, due, dependencies)
    for _, dependency in ipairs(dependencies) do
        redis.call('SADD', 'rq:job:' .. dependency .. ':dependents', id)
        redis.call('SADD', 'rq:job::' .. id .. ':dependencies', dependency)
    end
    if due then redis.call('HSET', 'rq:job:' .. id, 'freshet:due', due) end
    redis.call('ZADD', 'rq:deferred:' .. queue, '+inf', id)
end

local function enqueue_one()
    local id, queue, place, ttl = take(), take(), take(), take()
    local run_id, receipt, admission = take(), take(), take()
    local allow_failures = take() == '1'

    local dependencies = {}
    for i = 1, tonumber(take()) do dependencies[i] = take() end
    local words = tonumber(take())
    local first_word = at + 1
    at = at + words
    local enqueued_at = take()

    local job = 'rq:job:' .. id
    if redis.call('EXISTS', job) == 1 then return {'exists', id} end
    if admission == 'single' then
        local in_the_way = running_job(run_id, receipt)
        if in_the_way then return {'running', in_the_way} end
    end
    if receipt ~= '' then
        redis.call('SELECT', runs_db)
        redis.call('HSET', run_id, receipt, id, 'last_modified', now)
        redis.call('SELECT', queue_db)
    end

    local unmet = false
    for _, dependency in ipairs(dependencies) do
        if not dependency_is_met(dependency, allow_failures) then unmet = true end
    end
    local due = tonumber(place)
    local status = unmet and 'deferred' or due and 'scheduled' or 'queued'

    redis.call('HSET', job, 'status', status, 'enqueued_at', status == 'queued' and enqueued_at or '',
        unpack(ARGV, first_word, first_word + words - 1))
    redis.call('SADD', 'rq:queues', 'rq:queue:' .. queue)
    if unmet then
        defer(id, queue, due, dependencies)
    elseif due then
        redis.call('ZADD', 'rq:scheduled:' .. queue, due, id)
    elseif not hand_over(id, queue, enqueued_at) then
        place_at(id, queue, place, ttl)
    end
    return {status, ''}
end

local replies = {}
while at < #ARGV do replies[#replies + 1] = enqueue_one() end
return replies
