-- Takes expired leases back: the job returns to the head of its queue, or fails for good when it has cost too many
-- workers their lives. (release_dependents.lua stands in front of this text.)
--
-- ARGV  most leases to look at, most times that a job may be reaped, ended_at (text), error text (zlib), the same as base64
-- Reply for each lease {job id, execution id, what: queued | failed | gone, times reaped}
-- Keeps a lease that has not expired by the clock of Redis is not touched; a job leaves started and enters its queue or
--       the failed registry in the same step. At the limit its dependents are released as after any failure.

local limit, most_reaped, ended_at, error, error_text = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local time = redis.call('TIME')
local now = tonumber(time[1])
local now_ms = string.format('%d', now * 1000 + math.floor(tonumber(time[2]) / 1000))

local function reap(member)
    local id, execution = string.match(member, '^(.*):([^:]*)$')
    local job = 'rq:job:' .. id
    redis.call('ZREM', 'freshet:leases', member)
    redis.call('UNLINK', 'rq:execution:' .. id .. ':' .. execution, 'rq:executions:' .. id)

    local fields = redis.call('HMGET', job, 'origin', 'status', 'freshet:execution', 'failure_ttl')
    local queue = fields[1]
    if not queue or fields[2] ~= 'started' or fields[3] ~= execution then return {id, execution, 'gone', 0} end

    redis.call('ZREM', 'rq:wip:' .. queue, id)
    local reaped = redis.call('HINCRBY', job, 'freshet:reaped', 1)
    if reaped <= most_reaped then
        redis.call('HSET', job, 'status', 'queued', 'started_at', '', 'worker_name', '', 'enqueued_at', ended_at)
        redis.call('LPUSH', 'rq:queue:' .. queue, id)
        return {id, execution, 'queued', reaped}
    end
    local ttl = tonumber(fields[4] or '') or 31536000
    redis.call('HSET', job, 'status', 'failed', 'ended_at', ended_at, 'worker_name', '', 'exc_info', error)
    redis.call('XADD', 'rq:results:' .. id, 'MAXLEN', '~', 10, '*', 'type', '2', 'execution_id', execution,
        'exc_string', error_text)
    redis.call('ZADD', 'rq:failed:' .. queue, ttl < 0 and '+inf' or now + ttl, id)
    release_dependents(id, ended_at)
    if ttl >= 0 then
        redis.call('EXPIRE', job, ttl)
        redis.call('EXPIRE', 'rq:results:' .. id, ttl)
    end
    return {id, execution, 'failed', reaped}
end

local replies = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'freshet:leases', '-inf', '(' .. now_ms, 'LIMIT', 0, limit)) do
    replies[#replies + 1] = reap(member)
end
return replies
