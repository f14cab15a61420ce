-- Takes expired leases back: the job returns to the head of its queue, or ends for good when it has cost too many
-- workers their lives or an operator had asked to stop it. (job_states.lua stands in front of this text.)
--
-- ARGV  most leases to look at, most times that a job may be reaped, ended_at (text), error text of a job given up
--       (zlib), the same as base64, error text of a stopped job (zlib), the same as base64
-- Reply for each lease {job id, execution id, what: queued | failed | stopped | gone, times reaped}
-- Keeps a lease that has not expired by the clock of Redis is not touched; a job leaves started and enters its queue or
--       the failed registry in the same step. At the limit its dependents are released as after any failure. A job
--       that a worker of RQ has started meanwhile is left to it.

local limit, most_reaped, ended_at = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local given_up, given_up_text, stopped, stopped_text = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local time = redis.call('TIME')
local now_ms = string.format('%d', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))

local function reap(member)
    local id, execution = string.match(member, '^(.*):([^:]*)$')
    local job = 'rq:job:' .. id
    redis.call('ZREM', 'freshet:leases', member)
    local queue, status, last, failure_ttl, stop, worker, ours = unpack(redis.call('HMGET', job, 'origin', 'status',
        'freshet:execution', 'failure_ttl', 'freshet:stop', 'worker_name', 'freshet:worker'))
    if last ~= execution or (status == 'started' and worker ~= ours) then return {id, execution, 'gone', 0} end
    forget_execution(id, queue, execution)
    local ttl = number_in(failure_ttl, 31536000)
    if status == 'canceled' then keep(id, ttl) end
    if status ~= 'started' then return {id, execution, 'gone', 0} end

    local reaped = redis.call('HINCRBY', job, 'freshet:reaped', 1)
    if stop == execution then
        fail_job(id, queue, execution, 'stopped', ended_at, ttl, stopped, stopped_text)
        return {id, execution, 'stopped', reaped}
    end
    if reaped > most_reaped then
        fail_job(id, queue, execution, 'failed', ended_at, ttl, given_up, given_up_text)
        return {id, execution, 'failed', reaped}
    end
    redis.call('HSET', job, 'status', 'queued', 'started_at', '', 'worker_name', '', 'enqueued_at', ended_at)
    redis.call('LPUSH', 'rq:queue:' .. queue, id)
    return {id, execution, 'queued', reaped}
end

local replies = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'freshet:leases', '-inf', '(' .. now_ms, 'LIMIT', 0, limit)) do
    replies[#replies + 1] = reap(member)
end
return replies
