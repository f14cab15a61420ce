-- Takes jobs off queues and starts them under a lease each. (arguments.lua, job_states.lua and starting.lua stand in
-- front of this text.)
--
-- KEYS  the queues' lists (rq:queue:<name>), highest priority first
-- ARGV  lease (ms), started_at, number of taken ids, for each (index into KEYS, id): what a blocking move has put
--       on that queue's intermediate list; number of kinds of slots, for each (kind, how many are free); the name under
--       which the process offers slots ('' : it never does), 1 if it offers one now or 0, execution id of the last job
--       that came for an offer; number of jobs wanted, how many of them are claimed ahead (the last); for each job
--       wanted (execution id, worker name); then for each, or not at all, the index of the queue to look at first
-- Reply {suspended: 1 | 0, jobs, indices of paused queues, execution id of a job that took up the process' offer and may
--       not have come yet ('' none), index of the job wanted that was left out because that job has its slot (0 none)};
--       the first job is that of the first execution id that was not left out, and so on, each as to_started() has it
-- Keeps a claimed job leaves its list and enters freshet:leases and rq:wip:<queue> in the same step; nothing of it
--       expires while it runs. A taken id for which there is no slot, or whose queue is paused, goes back to the head
--       of its queue. An id whose hash is gone, whose job has ended (canceled ones above all), waits for something or
--       already runs is dropped: it must not start. A job whose key is taken waits for it and costs no slot. What was
--       set aside for want of a slot of its kind (set_aside.lua) comes before the rest of its queue. An older
--       execution that still has a lease though the job was queued again loses it. A job that has cost a worker is not
--       claimed ahead, nor is any other beside it. Nothing that stands in a hash can make the script fail after an id
--       left its list. What all jobs of a call write to the same key goes there in one command. A process that finds too
--       little offers a free slot: freshet:offer:<process> is the offer, or '<execution id> <worker name>' once it is
--       taken up (enqueue.lua); freshet:offers:<queue> is the set of the processes that may have one. Each claim of
--       the process withdraws what it has offered before: there is one offer of a process at most.

local lease, started_at = tonumber(take()), take()
local now, now_ms = clock()
local expiry = string.format('%d', now_ms + lease)

local taken = {}
for i = 1, tonumber(take()) do taken[i] = {tonumber(take()), take()} end
local kinds = {}
for i = 1, tonumber(take()) do kinds[i] = {suffix = ':' .. take(), free = tonumber(take())} end
local process, offering, came = take(), take() == '1', take()
local slots, ahead = tonumber(take()), tonumber(take())
local attempts, firsts = at, at + 2 * slots

local function withdraw()
    local text = redis.call('GETDEL', 'freshet:offer:' .. process)
    if not text or string.sub(text, 1, 1) == '{' then return nil end
    local execution, worker = string.match(text, '^(%S+) (.*)$')
    if execution ~= came then return execution, worker end
end

local taken_up, its_worker, left_out = nil, nil, 0
if process ~= '' then taken_up, its_worker = withdraw() end
for i = 1, its_worker and slots - ahead or 0 do
    if its_worker == ARGV[attempts + 2 * i] then
        left_out, slots = i, slots - 1
        break
    end
end
local at_once = slots - ahead

-- The execution id and the worker name of a job wanted.
local function place(index)
    local words = attempts + 2 * ((left_out > 0 and index >= left_out) and index + 1 or index)
    return ARGV[words - 1], ARGV[words]
end

local marks, paused, paused_indices = {'rq:suspended'}, {}, {}
for _, list in ipairs(KEYS) do marks[#marks + 1] = 'freshet:paused:' .. string.sub(list, 10) end
marks = redis.call('MGET', unpack(marks))
local suspended = marks[1]
if suspended then slots = 0 end
for index = 1, #KEYS do
    paused[index] = marks[index + 1]
    if paused[index] then paused_indices[#paused_indices + 1] = index end
end

-- Where nothing was set aside, which one question tells, no list of a kind is popped.
local aside = {}
for _, list in ipairs(KEYS) do
    for _, kind in ipairs(kinds) do aside[#aside + 1] = list .. kind.suffix end
end
if #aside > 0 and redis.call('EXISTS', unpack(aside)) == 0 then kinds = {} end

local jobs = {}
local leases, wip = {}, {} -- scores and members to be added; wip by queue
local started_here = {}
local popped = {} -- of each list: the ids, `after` which of them none was looked at yet, `is_last` if it is empty now

local wip_scores = {} -- asked once for all jobs that have the same time limit
local function known_wip_score(timeout)
    wip_scores[timeout] = wip_scores[timeout] or wip_score(now, timeout)
    return wip_scores[timeout]
end

local function add_lease(queue, id, execution, timeout)
    add(leases, expiry, id .. ':' .. execution)
    local started = wip[queue] or {}
    wip[queue] = started
    add(started, known_wip_score(timeout), id)
end

local function runs_already(id, queue, last)
    return started_here[id] or redis.call('ZSCORE', 'freshet:leases', id .. ':' .. (last or '')) or
        redis.call('ZSCORE', 'rq:wip:' .. queue, id) or redis.call('EXISTS', 'rq:executions:' .. id) == 1
end

-- A job that has cost a worker needs a free slot, and there is none ahead beside it.
local function is_too_risky(reaped)
    if not reaped then return false end
    slots = at_once
    return #jobs >= slots
end

-- What Redis says of a list that is none, and of records that may not be read.
local broken_list, unreadable = nil, nil

-- True if the job must stay on its list.
local function start(index, id)
    local job = 'rq:job:' .. id
    local fields = fields_to_start(job)
    if fields.err and string.sub(fields.err, 1, 9) ~= 'WRONGTYPE' then unreadable = fields end
    if fields.err or not fields[1] then return unreadable ~= nil end
    local queue, status, timeout, key, last = fields[2] or '', fields[3] or 'queued', fields[4] or '', fields[13],
        fields[0]
    if queue == '' then queue = string.sub(KEYS[index], 10) end
    if status == 'started' and runs_already(id, queue, last) then return false end
    if status ~= 'queued' and status ~= 'created' and status ~= 'started' then return false end
    if is_too_risky(fields[8]) then return true end
    if key and not hold_or_wait(id, key, redis.call('HGET', job, 'freshet:key_limit')) then
        for _, ids in pairs(popped) do ids.is_last = false end -- the key may have passed to one that is queued now
        return false
    end

    local execution, worker = place(#jobs + 1)
    if last then redis.call('ZREM', 'freshet:leases', id .. ':' .. last) end
    mark_started(job, execution, worker, started_at)
    if redis.call('PERSIST', job) == 1 then keep(id, -1) end
    started_here[id] = true
    add_lease(queue, id, execution, timeout)
    jobs[#jobs + 1] = to_started(fields, queue, id)
    return false
end

local without_slot = {}
for _, one in ipairs(taken) do
    local index, id = one[1], one[2]
    if redis.call('LREM', KEYS[index] .. ':intermediate', 1, id) == 1 and
        (#jobs >= slots or paused[index] or start(index, id)) then
        without_slot[#without_slot + 1] = one
    end
end
for i = #without_slot, 1, -1 do redis.call('LPUSH', KEYS[without_slot[i][1]], without_slot[i][2]) end

local function pop(list)
    local ids = popped[list] or {after = 0}
    if ids.after == #ids and not ids.is_last then
        local wanted = slots - #jobs
        ids = redis.pcall('LPOP', list, wanted) or {}
        if ids.err then ids, broken_list = {}, {err = list .. ': ' .. ids.err} end
        ids.after, ids.is_last = 0, #ids < wanted
        popped[list] = ids
    end
    if ids.after == #ids then return nil end
    ids.after = ids.after + 1
    return ids[ids.after], ids
end

local function return_popped()
    for list, ids in pairs(popped) do
        local rest = {}
        for i = #ids, ids.after + 1, -1 do rest[#rest + 1] = ids[i] end
        in_parts('LPUSH', list, rest)
    end
end

local function next_of(index)
    if paused[index] then return nil end
    for _, kind in ipairs(kinds) do
        local id, source
        if kind.free > 0 then id, source = pop(KEYS[index] .. kind.suffix) end
        if id then
            kind.free = kind.free - 1
            return id, source
        end
    end
    return pop(KEYS[index])
end

local function next_job(first)
    local id, source
    if first then id, source = next_of(first) end
    if id then return first, id, source end
    for index = 1, #KEYS do
        id, source = next_of(index)
        if id then return index, id, source end
    end
    return nil
end

while #jobs < slots and not unreadable do
    local index, id, source = next_job(tonumber(ARGV[firsts + #jobs + 1]))
    if not index then break end
    if start(index, id) then source.after = source.after - 1 end
end
return_popped()
if #jobs == 0 and (unreadable or broken_list) then return unreadable or broken_list end

in_parts('ZADD', 'freshet:leases', leases)
for queue, started in pairs(wip) do in_parts('ZADD', 'rq:wip:' .. queue, started) end

-- The slot for which there was no job. If the process dies its offer goes a minute after.
local function make_offer()
    local execution, worker = place(#jobs + 1)
    local open = {}
    for index, list in ipairs(KEYS) do
        if not paused[index] then open[#open + 1] = string.sub(list, 10) end
    end
    if #open == 0 then return end
    local offer = {process = process, worker = worker, execution = execution, lease = lease, queues = open}
    redis.call('SET', 'freshet:offer:' .. process, cjson.encode(offer), 'EX', 60)
    for _, queue in ipairs(open) do
        redis.call('SADD', 'freshet:offers:' .. queue, process)
        redis.call('EXPIRE', 'freshet:offers:' .. queue, 60)
    end
end

if offering and not suspended and #jobs < at_once then make_offer() end
return {suspended and 1 or 0, jobs, paused_indices, taken_up or '', left_out}
