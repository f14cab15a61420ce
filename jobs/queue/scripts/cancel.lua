-- Cancels jobs: what waits will not start, what runs is told to stop. (job_states.lua stands in front of this text.)
--
-- ARGV  ended_at (text), who asks ('' unknown), the ids
-- Reply for each: canceled | stopping (it runs, and will be recorded as nothing but canceled; as stopped by a worker of
--       RQ) | ended | gone
-- Keeps a canceled job is on no list and in rq:canceled:<queue> only, besides rq:wip while it still runs. Its
--       dependents stay deferred.

local function cancel(id, ended_at, by)
    local job = 'rq:job:' .. id
    local status, queue, worker, ours, execution, failure_ttl = unpack(redis.call('HMGET', job, 'status', 'origin',
        'worker_name', 'freshet:worker', 'freshet:execution', 'failure_ttl'))
    if not status or not queue then return 'gone' end
    if status == 'finished' or status == 'failed' or status == 'stopped' or status == 'canceled' then return 'ended' end
    if status == 'started' then
        local heard = ask_to_stop(id, worker or '', execution, by)
        if worker ~= ours and heard > 0 then return 'stopping' end
    else
        leave_place(id, queue, status)
    end

    redis.call('HSET', job, 'status', 'canceled', 'ended_at', ended_at)
    redis.call('ZADD', 'rq:canceled:' .. queue, redis.call('TIME')[1], id)
    if status == 'started' then return 'stopping' end
    keep(id, number_in(failure_ttl, 31536000))
    return 'canceled'
end

local replies = {}
for i = 3, #ARGV do replies[#replies + 1] = cancel(ARGV[i], ARGV[1], ARGV[2]) end
return replies
