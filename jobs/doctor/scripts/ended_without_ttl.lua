-- A job has ended but never expires, although it was not to be kept for ever. (RQ so leaves what is canceled, and what
-- its cleaner fails.)
-- Subject: the job.

local function ttl_of(id)
    local status, result_ttl, failure_ttl = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'result_ttl',
        'failure_ttl'))
    if status == 'finished' then return number_in(result_ttl, 500) end
    return number_in(failure_ttl, 31536000)
end

local function look(id)
    local status = status_of(id)
    if status ~= 'finished' and status ~= 'failed' and status ~= 'stopped' and status ~= 'canceled' then return nil end
    if is_leased(id) or ttl_of(id) < 0 or redis.call('TTL', 'rq:job:' .. id) ~= -1 then return nil end
    return status .. ', and never expires'
end

local function fix(id) keep(id, ttl_of(id)) end

return examine(1, look, fix)
