-- Returns claimed jobs that were not started, or were stopped for a shutdown, to the head of their queues.
--
-- ARGV  enqueued_at, then for each execution: queue, job id, execution id
-- Reply for each: 1 returned, 0 the lease was gone (nothing was changed)
-- Keeps a job is returned by the holder of its lease only, and at most once; the attempt is not counted against it.

local replies = {}
for i = 2, #ARGV, 3 do
    local queue, id, execution = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    local held = redis.call('ZREM', 'freshet:leases', id .. ':' .. execution)
    if held == 1 then
        local job = 'rq:job:' .. id
        redis.call('ZREM', 'rq:wip:' .. queue, id)
        redis.call('UNLINK', 'rq:execution:' .. id .. ':' .. execution, 'rq:executions:' .. id)
        if redis.call('EXISTS', job) == 1 then
            redis.call('HSET', job, 'status', 'queued', 'started_at', '', 'worker_name', '', 'enqueued_at', ARGV[1])
            redis.call('LPUSH', 'rq:queue:' .. queue, id)
        end
    end
    replies[#replies + 1] = held
end
return replies
