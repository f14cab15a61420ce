-- Puts jobs of the failed registry back on their queues. (job_states.lua stands in front of this text.)
--
-- ARGV  enqueued_at (text), LPUSH (head) | RPUSH (back), the ids
-- Reply for each: queued | absent (not in the failed registry) | gone
-- Keeps a job is queued by the step that takes it out of the registry, so once. What it has left of retries stays, its
--       count of lost workers starts anew; its earlier results stay to be read and do not expire while it waits.

local function requeue(id, enqueued_at, push)
    local job = 'rq:job:' .. id
    local queue = redis.call('HGET', job, 'origin')
    if not queue then return 'gone' end
    if redis.call('ZREM', 'rq:failed:' .. queue, id) == 0 then return 'absent' end
    redis.call('HSET', job, 'started_at', '', 'ended_at', '', 'exc_info', '', 'worker_name', '')
    redis.call('HDEL', job, 'freshet:reaped')
    keep(id, -1)
    put_on_queue(id, queue, enqueued_at, push)
    return 'queued'
end

local replies = {}
for i = 3, #ARGV do replies[#replies + 1] = requeue(ARGV[i], ARGV[1], ARGV[2]) end
return replies
