-- Takes jobs off queues and starts them under a lease each. (arguments.lua and job_states.lua stand in front of
-- this text.)
--
-- KEYS  the queues' lists (rq:queue:<name>), highest priority first
-- ARGV  lease (ms), started_at, number of taken ids, for each (index into KEYS, id): what a blocking move has put
--       on that queue's intermediate list; number of kinds of slots, for each (kind, how many are free); then for each
--       job wanted: execution id, worker name, index of the queue to look at first (0: by priority)
-- Reply {suspended: 1 | 0, jobs, indices of paused queues}; each job {queue, id, execution id, worker name, data,
--       timeout, result_ttl, failure_ttl, meta, reaped, what few jobs have: nothing or {retries_left,
--       retry_intervals, number_of_retries, rate limit key, key, callbacks on success, failure, stop}}; an absent
--       field is ''
-- Keeps a claimed job leaves its list and enters freshet:leases and rq:wip:<queue> in the same step; nothing of it
--       expires while it runs. A taken id for which there is no slot, or whose queue is paused, goes back to the head
--       of its queue. An id whose hash is gone, whose job has ended (canceled ones above all), waits for something or
--       already runs is dropped: it must not start. A job whose key is taken waits for it and costs no slot. What was
--       set aside for want of a slot of its kind (set_aside.lua) comes before the rest of its queue. An older
--       execution that still has a lease though the job was queued again loses it. Nothing that stands in a hash can
--       make the script fail after an id left its list. What all jobs of a call write to the same key goes there in
--       one command.

local lease, started_at = tonumber(take()), take()
local time = redis.call('TIME')
local now = tonumber(time[1])
local expiry = string.format('%d', now * 1000 + math.floor(tonumber(time[2]) / 1000) + lease)

local taken = {}
for i = 1, tonumber(take()) do taken[i] = {tonumber(take()), take()} end
local kinds = {}
for i = 1, tonumber(take()) do kinds[i] = {suffix = ':' .. take(), free = tonumber(take())} end
local slots = (#ARGV - at) / 3
local suspended = redis.call('EXISTS', 'rq:suspended') == 1
if suspended then slots = 0 end

local marks, paused, paused_indices = {}, {}, {}
for index, list in ipairs(KEYS) do marks[index] = 'freshet:paused:' .. string.sub(list, 10) end
for index, mark in ipairs(redis.call('MGET', unpack(marks))) do
    paused[index] = mark
    if mark then paused_indices[#paused_indices + 1] = index end
end

local jobs = {}
local leases, wip = {}, {} -- scores and members to be added; wip by queue
local started_here = {}

local function add_lease(queue, id, execution, margin)
    leases[#leases + 1] = expiry
    leases[#leases + 1] = id .. ':' .. execution
    local started = wip[queue] or {}
    wip[queue] = started
    started[#started + 1] = string.format('%d', now + margin + 60)
    started[#started + 1] = id
end

local function runs_already(id, queue, last)
    return started_here[id] or redis.call('ZSCORE', 'freshet:leases', id .. ':' .. (last or '')) or
        redis.call('ZSCORE', 'rq:wip:' .. queue, id) or redis.call('EXISTS', 'rq:executions:' .. id) == 1
end

-- What few jobs have: the fields from the tenth on, or nothing.
local function rare(fields)
    local any = fields[10] or fields[11] or fields[12] or fields[13] or fields[14] or fields[15] or fields[16] or
        fields[17]
    local values = {}
    for i = 10, any and 17 or 0 do values[#values + 1] = fields[i] or '' end
    return values
end

local function start(index, id)
    local job = 'rq:job:' .. id
    local fields = redis.pcall('HMGET', job, 'data', 'status', 'origin', 'freshet:execution', 'timeout', 'result_ttl',
        'failure_ttl', 'meta', 'freshet:reaped', 'retries_left', 'retry_intervals', 'number_of_retries',
        'rate_limit_key', 'freshet:key', 'success_callback_name', 'failure_callback_name', 'stopped_callback_name')
    if fields.err or not fields[1] then return end
    local status, queue, last = fields[2] or 'queued', fields[3] or '', fields[4]
    if queue == '' then queue = string.sub(KEYS[index], 10) end
    if status == 'started' and runs_already(id, queue, last) then return end
    if status ~= 'queued' and status ~= 'created' and status ~= 'started' then return end
    local key = fields[14]
    if key and not hold_or_wait(id, key, redis.call('HGET', job, 'freshet:key_limit')) then return end

    local execution, worker = take(), take()
    take()
    local timeout = number_in(fields[5], 180)
    local margin = (timeout < 0 or timeout > 30) and 30 or timeout
    if last then redis.call('ZREM', 'freshet:leases', id .. ':' .. last) end
    redis.call('HSET', job, 'status', 'started', 'started_at', started_at, 'last_heartbeat', started_at,
        'worker_name', worker, 'freshet:worker', worker, 'freshet:execution', execution)
    if redis.call('PERSIST', job) == 1 then keep(id, -1) end
    started_here[id] = true
    add_lease(queue, id, execution, margin)
    jobs[#jobs + 1] = {queue, id, execution, worker, fields[1], fields[5] or '', fields[6] or '', fields[7] or '',
        fields[8] or '', fields[9] or '', rare(fields)}
end

local without_slot = {}
for _, one in ipairs(taken) do
    local index, id = one[1], one[2]
    if redis.call('LREM', KEYS[index] .. ':intermediate', 1, id) == 1 then
        if #jobs < slots and not paused[index] then start(index, id) else without_slot[#without_slot + 1] = one end
    end
end
for i = #without_slot, 1, -1 do redis.call('LPUSH', KEYS[without_slot[i][1]], without_slot[i][2]) end

local dry, broken = {}, nil
local function pop(list)
    if dry[list] then return nil end
    local id = redis.pcall('LPOP', list)
    if type(id) == 'string' then return id end
    dry[list] = true
    broken = type(id) == 'table' and id or broken
    return nil
end

local function next_of(index)
    if paused[index] then return nil end
    for _, kind in ipairs(kinds) do
        local id = kind.free > 0 and pop(KEYS[index] .. kind.suffix)
        if id then
            kind.free = kind.free - 1
            return id
        end
    end
    return pop(KEYS[index])
end

local function next_job(first)
    local id = first > 0 and next_of(first)
    if id then return first, id end
    for index = 1, #KEYS do
        id = next_of(index)
        if id then return index, id end
    end
    return nil
end

while #jobs < slots do
    local index, id = next_job(tonumber(ARGV[at + 3]))
    if not index then break end
    start(index, id)
end
if broken and #jobs == 0 then return broken end

in_parts('ZADD', 'freshet:leases', leases)
for queue, started in pairs(wip) do in_parts('ZADD', 'rq:wip:' .. queue, started) end
return {suspended and 1 or 0, jobs, paused_indices}
