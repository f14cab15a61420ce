-- A job has failed or was stopped, but the failed registry does not name it.
-- Subject: the job.

local function look(id)
    local status, queue = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'origin'))
    if (status ~= 'failed' and status ~= 'stopped') or not queue or is_leased(id) then return nil end
    local registry = 'rq:failed:' .. queue
    if not redis.call('ZSCORE', registry, id) then return status .. ', but not in ' .. registry end
end

local function fix(id)
    local ttl = redis.call('TTL', 'rq:job:' .. id)
    local score = ttl < 0 and '+inf' or tonumber(redis.call('TIME')[1]) + ttl
    redis.call('ZADD', 'rq:failed:' .. redis.call('HGET', 'rq:job:' .. id, 'origin'), score, id)
end

return examine(1, look, fix)
