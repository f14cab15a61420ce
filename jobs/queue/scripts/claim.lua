-- Takes jobs off queues and starts them under a lease each.
--
-- KEYS  the queues' lists (rq:queue:<name>), highest priority first
-- ARGV  lease (ms), started_at, number of taken ids, for each (index into KEYS, id): what a blocking move has put
--       on that queue's intermediate list; then for each job wanted: execution id, worker name
-- Reply {suspended: 1 | 0, jobs}; each job {index into KEYS, id, execution id, worker name, data, timeout, result_ttl,
--       failure_ttl, meta, reaped, enqueued_at}
-- Keeps a claimed job leaves its list and enters freshet:leases and rq:wip:<queue> in the same step; its hash is
--       PERSISTed. A taken id for which there is no slot goes back to the head of its queue. An id whose hash is
--       gone, whose job was canceled or already runs under a lease is dropped: it must not start.

local at = 0
local function take()
    at = at + 1
    return ARGV[at]
end

local lease, started_at = tonumber(take()), take()
local time = redis.call('TIME')
local now = tonumber(time[1])
local expiry = now * 1000 + math.floor(tonumber(time[2]) / 1000) + lease

local taken = {}
for i = 1, tonumber(take()) do taken[i] = {tonumber(take()), take()} end
local slots = (#ARGV - at) / 2
local suspended = redis.call('EXISTS', 'rq:suspended') == 1
if suspended then slots = 0 end

local jobs = {}

local function start(index, id)
    local job = 'rq:job:' .. id
    local queue_name = string.sub(KEYS[index], 10)
    local data, status, timeout, result_ttl, failure_ttl, meta, reaped, enqueued_at = unpack(redis.call('HMGET', job,
        'data', 'status', 'timeout', 'result_ttl', 'failure_ttl', 'meta', 'freshet:reaped', 'enqueued_at'))
    if not data or status == 'canceled' then return end
    if status == 'started' and redis.call('ZSCORE', 'rq:wip:' .. queue_name, id) then return end

    local execution, worker = take(), take()
    timeout = tonumber(timeout or '') or 180
    local margin = (timeout < 0 or timeout > 30) and 30 or timeout
    redis.call('HSET', job, 'status', 'started', 'started_at', started_at, 'last_heartbeat', started_at,
        'worker_name', worker, 'freshet:execution', execution)
    redis.call('PERSIST', job)
    redis.call('ZADD', 'rq:wip:' .. queue_name, now + margin + 60, id)
    redis.call('ZADD', 'freshet:leases', expiry, id .. ':' .. execution)
    jobs[#jobs + 1] = {index, id, execution, worker, data, tostring(timeout), result_ttl or '', failure_ttl or '',
        meta or '', reaped or '0', enqueued_at or ''}
end

for _, one in ipairs(taken) do
    local index, id = one[1], one[2]
    if redis.call('LREM', KEYS[index] .. ':intermediate', 1, id) == 1 then
        if #jobs < slots then
            start(index, id)
        else
            redis.call('LPUSH', KEYS[index], id)
        end
    end
end

for index = 1, #KEYS do
    while #jobs < slots do
        local id = redis.call('LPOP', KEYS[index])
        if not id then break end
        start(index, id)
    end
end

return {suspended and 1 or 0, jobs}
