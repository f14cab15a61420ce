-- Gives up the scheduler locks that one holds, so that another can take over at once.
--
-- ARGV  name of the scheduler, the queues' names
-- Reply how many were given up
-- Keeps a lock of somebody else is not touched.

local left = 0
for i = 2, #ARGV do
    local lock = 'rq:scheduler-lock:' .. ARGV[i]
    if redis.call('GET', lock) == ARGV[1] then left = left + redis.call('DEL', lock) end
end
return left
