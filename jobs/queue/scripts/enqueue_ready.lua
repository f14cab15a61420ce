-- Puts on their queue the jobs that a worker of RQ 3.0 released and did not enqueue: it does that in two steps, and may
-- die between them. (job_states.lua stands in front of this text.)
--
-- ARGV  enqueued_at (text), name of the queue, most ids to look at
-- Reply how many were queued
-- Keeps a job is queued by the step that takes it out of rq:ready:<queue>, and only while its status is
--       ready_to_enqueue. One with a rate limit stays there: only RQ's own workers count it against its limit.

local enqueued_at, queue, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local ready = 'rq:ready:' .. queue
local queued = 0

local function look_at(id)
    local status, front, rate_limit = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'enqueue_at_front',
        'rate_limit_key'))
    local is_ready = status == 'ready_to_enqueue'
    if is_ready and (rate_limit or '') ~= '' then return end
    redis.call('ZREM', ready, id)
    if not is_ready then return end
    put_on_queue(id, queue, enqueued_at, front == '1' and 'LPUSH' or 'RPUSH')
    queued = queued + 1
end

for _, id in ipairs(redis.call('ZRANGE', ready, 0, most - 1)) do look_at(id) end
return queued
