-- Puts scheduled jobs that are due on their queues. (job_states.lua stands in front of this text.)
--
-- ARGV  enqueued_at (text), name of the scheduler, most jobs to move a queue, the queues' names
-- Reply {jobs moved, unix second at which the next one is due or ''}
-- Keeps a queue's jobs are moved by the one who holds rq:scheduler-lock:<queue>, as RQ's own scheduler does it, so that
--       both can run. A job is queued by the step that takes it out of the registry. A member without a hash waits
--       a minute for it: RQ 2.x writes them in that order.

local enqueued_at, scheduler, most = ARGV[1], ARGV[2], ARGV[3]
local now = tonumber(redis.call('TIME')[1])
local moved, next_due = 0, nil

local function holds_lock(queue)
    local lock = 'rq:scheduler-lock:' .. queue
    local holder = redis.call('GET', lock)
    if holder and holder ~= scheduler then return false end
    redis.call('SET', lock, scheduler, 'EX', 61)
    return true
end

local function move(id, due, queue)
    local status, front = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'enqueue_at_front'))
    if not status and due > now - 60 then return end
    redis.call('ZREM', 'rq:scheduled:' .. queue, id)
    if status ~= 'scheduled' then return end
    put_on_queue(id, queue, enqueued_at, front == '1' and 'LPUSH' or 'RPUSH')
    moved = moved + 1
end

local function look_at(queue)
    local registry = 'rq:scheduled:' .. queue
    local due = redis.call('ZRANGEBYSCORE', registry, '-inf', now, 'WITHSCORES', 'LIMIT', 0, most)
    for i = 1, #due, 2 do move(due[i], tonumber(due[i + 1]), queue) end
    local left = redis.call('ZRANGE', registry, 0, 0, 'WITHSCORES')
    if left[2] then next_due = math.min(tonumber(left[2]), next_due or math.huge) end
end

for i = 4, #ARGV do
    if redis.call('EXISTS', 'rq:scheduled:' .. ARGV[i]) == 1 and holds_lock(ARGV[i]) then look_at(ARGV[i]) end
end
return {moved, next_due and string.format('%.0f', next_due) or ''}
