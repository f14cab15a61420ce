-- A job is shown as running, but nobody runs it. Ours prove it by their lease, RQ's by their entry in rq:wip and by
-- their worker's hash.
-- Subject: the job.

local function look(id)
    local status, queue, execution, worker, ours = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'origin',
        'freshet:execution', 'worker_name', 'freshet:worker'))
    if status ~= 'started' or not queue then return nil end
    worker = worker or ''
    if execution and worker == ours then
        if redis.call('ZSCORE', 'freshet:leases', id .. ':' .. execution) then return nil end
        return 'started by ' .. worker .. ', which holds no lease for it'
    end
    local until_when = redis.call('ZSCORE', 'rq:wip:' .. queue, id)
    if until_when and tonumber(until_when) >= tonumber(redis.call('TIME')[1]) then return nil end
    if redis.call('EXISTS', 'rq:executions:' .. id, 'rq:worker:' .. worker) > 0 then return nil end
    if worker == '' then return 'started, but by no worker' end
    return 'started by ' .. worker .. ', which is gone'
end

local function fix(id)
    local job = 'rq:job:' .. id
    local queue, execution = unpack(redis.call('HMGET', job, 'origin', 'freshet:execution'))
    forget_execution(id, queue, execution or '')
    redis.call('HSET', job, 'status', 'queued', 'started_at', '', 'worker_name', '', 'enqueued_at', now_text)
    redis.call('LPUSH', 'rq:queue:' .. queue, id)
end

return examine(1, look, fix)
