-- Deletes jobs with all that belongs to them. (job_states.lua stands in front of this text.)
--
-- ARGV  the ids
-- Reply for each: deleted | awaited (others wait for it: nothing was changed) | gone
-- Keeps nothing names a deleted job any more. One that runs loses its lease, so that its worker stops it; a
--       worker of RQ is told to.

-- RQ 2 keeps executions beside the job.
local function forget_executions_of_rq(id, queue)
    for _, execution in ipairs(redis.call('ZRANGE', 'rq:executions:' .. id, 0, -1)) do
        redis.call('ZREM', 'rq:wip:' .. queue, id .. ':' .. execution)
        redis.call('UNLINK', 'rq:execution:' .. id .. ':' .. execution)
    end
end

local function delete(id)
    local job = 'rq:job:' .. id
    local status, queue, execution, key, worker, ours = unpack(redis.call('HMGET', job, 'status', 'origin',
        'freshet:execution', 'freshet:key', 'worker_name', 'freshet:worker'))
    if not status or not queue then
        drop(id)
        return 'gone'
    end
    if redis.call('SCARD', job .. ':dependents') > 0 then return 'awaited' end
    leave_place(id, queue, status)
    if key then let_go(id, key) end
    if execution then redis.call('ZREM', 'freshet:leases', id .. ':' .. execution) end
    if status == 'started' and worker ~= ours then ask_to_stop(id, worker or '') end
    forget_executions_of_rq(id, queue)
    forget_execution(id, queue, execution or '')
    drop(id)
    return 'deleted'
end

local replies = {}
for i, id in ipairs(ARGV) do replies[i] = delete(id) end
return replies
