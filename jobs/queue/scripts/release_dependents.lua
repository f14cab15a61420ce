-- Shared text, put in front of the scripts that end jobs.
--
-- release_dependents(id, enqueued_at): puts every dependent of the ended job `id` on its queue whose dependencies are
-- now all met: finished, or gone, or failed or stopped where the dependent allows it.
-- Keeps  a dependent never starts before its dependencies ended; a released one is taken out of the dependents of ALL
--        its parents, so that a parent that runs again does not run it again.

local function dependency_is_met(dependency, allow_failures)
    local status = redis.call('HGET', 'rq:job:' .. dependency, 'status')
    if not status or status == 'finished' then return true end
    return allow_failures and (status == 'failed' or status == 'stopped')
end

local function release_dependents(id, enqueued_at)
    local released = {}
    for _, child in ipairs(redis.call('SMEMBERS', 'rq:job:' .. id .. ':dependents')) do
        local job = 'rq:job:' .. child
        local fields = redis.call('HMGET', job, 'status', 'origin', 'allow_dependency_failures', 'enqueue_at_front')
        local parents = redis.call('SMEMBERS', 'rq:job::' .. child .. ':dependencies')
        local ready = fields[1] == 'deferred'
        for _, parent in ipairs(parents) do
            ready = ready and dependency_is_met(parent, fields[3] == '1')
        end
        if not fields[1] or fields[1] == 'canceled' then
            redis.call('SREM', 'rq:job:' .. id .. ':dependents', child)
        elseif ready then
            for _, parent in ipairs(parents) do
                redis.call('SREM', 'rq:job:' .. parent .. ':dependents', child)
            end
            redis.call('SREM', 'rq:job:' .. id .. ':dependents', child)
            redis.call('ZREM', 'rq:deferred:' .. fields[2], child)
            redis.call('HSET', job, 'status', 'queued', 'enqueued_at', enqueued_at)
            redis.call(fields[4] == '1' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. fields[2], child)
            released[#released + 1] = child
        end
    end
    return released
end
