-- Returns claimed jobs that were not started, or were stopped for a shutdown, to the head of their queues.
-- (arguments.lua and job_states.lua stand in front of this text.)
--
-- ARGV  enqueued_at, error text of a stopped job (zlib), the same as base64, then for each execution: queue, job id,
--       execution id
-- Reply for each: 1 returned, 0 the lease was gone (nothing was changed)
-- Keeps a job is returned by the holder of its lease only, and at most once; the attempt is not counted against it.
--       They stand there in the order given. One that was canceled or deleted meanwhile stays so; one that an operator
--       asked to stop ends as stopped.

local enqueued_at, error, error_text = take(), take(), take()

local function give_back(queue, id, execution)
    if redis.call('ZREM', 'freshet:leases', id .. ':' .. execution) == 0 then return 0 end
    forget_execution(id, queue, execution)

    local job = 'rq:job:' .. id
    local status, last, stop, failure_ttl, worker, by, key = unpack(redis.call('HMGET', job, 'status',
        'freshet:execution', 'freshet:stop', 'failure_ttl', 'freshet:worker', 'freshet:stop_by', 'freshet:key'))
    if last ~= execution then return 1 end
    local ttl = number_in(failure_ttl, 31536000)
    if status == 'canceled' then
        keep(id, ttl)
        if key then let_go(id, key) end
    end
    if status ~= 'started' then return 1 end
    if stop == execution then
        note_death(id, cjson.encode({at = enqueued_at, execution = execution, worker = worker,
            cause = 'stopped while its worker shut down'}), by)
        fail_job(id, queue, execution, 'stopped', enqueued_at, ttl, error, error_text)
        return 1
    end
    redis.call('HSET', job, 'status', 'queued', 'started_at', '', 'worker_name', '', 'enqueued_at', enqueued_at)
    redis.call('LPUSH', 'rq:queue:' .. queue, id)
    return 1
end

-- The last goes first, so that at the head they stand as they were given.
local replies, first = {}, at + 1
for i = #ARGV - 2, first, -3 do replies[(i - first) / 3 + 1] = give_back(unpack(ARGV, i, i + 2)) end
return replies
