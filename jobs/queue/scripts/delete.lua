-- Deletes jobs with all that belongs to them. (job_states.lua stands in front of this text.)
--
-- ARGV  the ids
-- Reply for each: deleted | awaited (others wait for it: nothing was changed) | gone
-- Keeps nothing names a deleted job any more. One that runs loses its lease, so that its worker stops it.

local function delete(id)
    local job = 'rq:job:' .. id
    local status, queue, execution, key = unpack(redis.call('HMGET', job, 'status', 'origin', 'freshet:execution',
        'freshet:key'))
    if not status or not queue then
        drop(id)
        return 'gone'
    end
    if redis.call('SCARD', job .. ':dependents') > 0 then return 'awaited' end
    leave_place(id, queue, status)
    if key then let_go(id, key) end
    if execution then redis.call('ZREM', 'freshet:leases', id .. ':' .. execution) end
    forget_execution(id, queue, execution or '')
    drop(id)
    return 'deleted'
end

local replies = {}
for i, id in ipairs(ARGV) do replies[i] = delete(id) end
return replies
