-- Writes jobs and their places: each job's hash, dependencies, place and receipt together or not at all.
-- (arguments.lua and job_states.lua stand in front of this text.)
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
--         queued | scheduled | deferred, ''      it is stored
--         exists, id                             that id is taken: nothing was changed
--         running, id of the job in the way      single flight refused it: nothing was changed
-- Keeps  a job whose hash exists is in a list, in a registry, or ended; the hash is written before any
--        index names it; a receipt names a job that was stored by the same call.

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
    else
        place_at(id, queue, place, ttl)
    end
    return {status, ''}
end

local replies = {}
while at < #ARGV do replies[#replies + 1] = enqueue_one() end
return replies
