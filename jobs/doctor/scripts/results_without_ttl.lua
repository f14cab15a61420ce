-- Results never expire although their job does or is gone.
-- Subject: the job.

local function look(id)
    if redis.call('TTL', 'rq:results:' .. id) ~= -1 then return nil end
    local left = redis.call('TTL', 'rq:job:' .. id)
    if left == -2 then return 'rq:results:' .. id .. ' never expires, but there is no such job' end
    if left >= 0 then return 'rq:results:' .. id .. ' never expires, its job does' end
end

local function fix(id)
    local left = redis.call('TTL', 'rq:job:' .. id)
    if left == -2 then
        redis.call('UNLINK', 'rq:results:' .. id)
    else
        redis.call('EXPIRE', 'rq:results:' .. id, left)
    end
end

return examine(1, look, fix)
