-- Puts ids that a blocking move left on an intermediate list back to the head of its queue.
--
-- KEYS  the queue's list (rq:queue:<name>)
-- ARGV  the ids, in the order in which they stood on the queue
-- Reply how many were returned
-- Keeps an id moves only if it is still on the intermediate list; one whose job is gone is dropped.

local returned = 0
for i = #ARGV, 1, -1 do
    local id = ARGV[i]
    if redis.call('LREM', KEYS[1] .. ':intermediate', 1, id) == 1 and redis.call('EXISTS', 'rq:job:' .. id) == 1 then
        redis.call('LPUSH', KEYS[1], id)
        returned = returned + 1
    end
end
return returned
