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
--        its queue or on those that go before it, and an idle worker that listens has offered a slot (claim.lua), the job
--        starts at once under that worker's lease, and goes on the list at which the worker waits; its started_at is by
--        the producer's clock. An offer is taken up once. A call hands over one job a queue: the worker then looks for
--        the rest. Whatever hinders it, the job is stored, on its queue.

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

local most_offers = 3 -- that are looked at
local most_data = 65536 -- bytes that are worth writing twice

local function is_preceded(queue, queues)
    local keys = {'rq:suspended', 'freshet:paused:' .. queue}
    for _, name in ipairs(queues) do
        add(keys, 'rq:queue:' .. name, 'rq:queue:' .. name .. ':intermediate')
        if name == queue then break end
    end
    return redis.call('EXISTS', unpack(keys)) > 0
end

local function may_be_handed(fields)
    local data, meta, key = fields[1] or '', fields[7] or '', fields[13]
    return data ~= '' and not key and #data + #meta <= most_data
end

-- An offer for the job, which nobody else can take up any more, and the job's fields; nil if there is none. Writes last.
local function take_up(id, queue)
    local offers = 'freshet:offers:' .. queue
    for _ = 1, most_offers do
        local process = redis.call('SRANDMEMBER', offers)
        if not process then return nil end
        local text = redis.call('GET', 'freshet:offer:' .. process)
        local stands = text and string.sub(text, 1, 1) == '{'
        if stands and redis.call('PUBSUB', 'NUMSUB', 'freshet:handed:' .. process)[2] > 0 then
            local offer, fields = cjson.decode(text), fields_to_start('rq:job:' .. id)
            if not may_be_handed(fields) or is_preceded(queue, offer.queues) then return nil end
            local mark = offer.execution .. ' ' .. offer.worker
            redis.call('SET', 'freshet:offer:' .. process, mark, 'EX', 60)
            return offer, fields
        end
        redis.call('SREM', offers, process)
    end
    return nil
end

local function as_text(value)
    return value and '$' .. #value .. '\r\n' .. value .. '\r\n' or '$-1\r\n'
end

-- As a worker reads replies.
local function to_text(execution, worker, fields)
    local parts = {}
    for i, field in ipairs(fields) do parts[i] = as_text(field) end
    return '*3\r\n' .. as_text(execution) .. as_text(worker) .. '*' .. #parts .. '\r\n' .. table.concat(parts)
end

local looked_at = {} -- queues

-- True if the job has started. A producer that may not look at offers does without.
local function hand_over(id, queue, started_at)
    if looked_at[queue] then return false end
    looked_at[queue] = true
    local was_possible, offer, fields = pcall(take_up, id, queue)
    if not was_possible or not offer then return false end

    local seconds, milliseconds = clock()
    local lease, list = offer.lease, 'freshet:handed:' .. offer.process
    mark_started('rq:job:' .. id, offer.execution, offer.worker, started_at)
    redis.call('ZADD', 'freshet:leases', string.format('%d', milliseconds + lease), id .. ':' .. offer.execution)
    redis.call('ZADD', 'rq:wip:' .. queue, wip_score(seconds, fields[4]), id)
    redis.call('RPUSH', list, to_text(offer.execution, offer.worker, to_started(fields, queue, id)))
    redis.call('EXPIRE', list, string.format('%d', math.ceil(lease / 1000)))
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

local listed = {} -- queues that RQ's tools know

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
    if not listed[queue] then redis.call('SADD', 'rq:queues', 'rq:queue:' .. queue) end
    listed[queue] = true
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
