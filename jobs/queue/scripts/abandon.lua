-- Gives up jobs that have cost too many workers their lives. (job_states.lua stands in front of this text.)
--
-- ARGV  ended_at (text), then for each: job id, execution id, error text (zlib), the same as base64
-- Reply for each: 1 it failed for good, 0 it has a lease again or somebody else has ended it
-- Keeps only a job whose lease has expired by the clock of Redis is given up; it leaves started and enters the failed
--       registry in the same step, and its dependents are released as after any failure.

local ended_at = ARGV[1]
local time = redis.call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function abandon(id, execution, error, error_text)
    local member = id .. ':' .. execution
    local expiry = redis.call('ZSCORE', 'freshet:leases', member)
    if not expiry or tonumber(expiry) >= now_ms then return 0 end
    local queue, status, last, failure_ttl, worker = unpack(redis.call('HMGET', 'rq:job:' .. id, 'origin', 'status',
        'freshet:execution', 'failure_ttl', 'freshet:worker'))
    redis.call('ZREM', 'freshet:leases', member)
    if last ~= execution or status ~= 'started' then return 0 end
    forget_execution(id, queue, execution)
    note_death(id, silence(ended_at, execution, worker))
    fail_job(id, queue, execution, 'failed', ended_at, number_in(failure_ttl, 31536000), error, error_text)
    return 1
end

local replies = {}
for i = 2, #ARGV, 4 do replies[#replies + 1] = abandon(unpack(ARGV, i, i + 3)) end
return replies
