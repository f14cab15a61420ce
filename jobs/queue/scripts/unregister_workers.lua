-- Takes workers off the lists that RQ's tools show.
--
-- ARGV  death (text), number of queues, their names, the workers' names
-- Reply how many were known
-- Keeps what is left of a worker expires within a minute.

local known = 0
local queues = tonumber(ARGV[2])
for i = 3 + queues, #ARGV do
    local worker = 'rq:worker:' .. ARGV[i]
    known = known + redis.call('SREM', 'rq:workers', worker)
    for q = 3, 2 + queues do redis.call('SREM', 'rq:workers:' .. ARGV[q], worker) end
    if redis.call('EXISTS', worker) == 1 then
        redis.call('HSET', worker, 'death', ARGV[1])
        redis.call('HDEL', worker, 'current_job')
        redis.call('EXPIRE', worker, 60)
    end
end
return known
