-- Renews the leases of a process, all in one call. (arguments.lua stands in front of this text.)
--
-- ARGV  lease (ms), last_heartbeat (text), then for each execution: queue, job id, execution id, seconds that the
--       job may still run (-1: no limit), worker name
-- Reply for each execution, in order: held | lost | stop (held, and an operator asked to stop it or canceled its job)
-- Keeps only a lease that is still there is renewed: nothing that was reaped comes back. The execution's own hash
--       (RQ 2.x) appears here and not at the claim, so that a short job never pays for it.

local lease, heartbeat = tonumber(take()), take()
local time = redis.call('TIME')
local now = tonumber(time[1])
local expiry = now * 1000 + math.floor(tonumber(time[2]) / 1000) + lease
local moment = time[1] .. '.' .. string.format('%06d', tonumber(time[2]))

local function renew(queue, id, execution, left, worker)
    local member = id .. ':' .. execution
    if not redis.call('ZSCORE', 'freshet:leases', member) then return 'lost' end
    redis.call('ZADD', 'freshet:leases', 'XX', expiry, member)

    local margin = (left < 0 or left > 30) and 30 or left
    redis.call('ZADD', 'rq:wip:' .. queue, 'XX', now + margin + 60, id)
    local own = 'rq:execution:' .. id .. ':' .. execution
    redis.call('HSETNX', own, 'created_at', moment)
    redis.call('HSET', own, 'id', execution, 'job_id', id, 'last_heartbeat', moment, 'worker_name', worker)
    redis.call('EXPIRE', own, margin + 60)
    redis.call('ZADD', 'rq:executions:' .. id, now + margin + 120, execution)
    redis.call('EXPIRE', 'rq:executions:' .. id, margin + 180)

    local job = 'rq:job:' .. id
    local status, stop = unpack(redis.call('HMGET', job, 'status', 'freshet:stop'))
    if not status then return 'held' end
    redis.call('HSET', job, 'last_heartbeat', heartbeat)
    if status == 'canceled' or stop == execution then return 'stop' end
    return 'held'
end

local replies = {}
while at < #ARGV do
    local queue, id, execution, left, worker = take(), take(), take(), tonumber(take()), take()
    replies[#replies + 1] = renew(queue, id, execution, left, worker)
end
return replies
