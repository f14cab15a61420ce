-- Takes one lock of a run, or several at once: all or none.
-- (lock_turns.lua stands in front of this text.)
--
-- KEYS  the run's hash, then the locks' keys in their fixed order
-- ARGV  token, ticket, time to live (s), most that the caller will wait (s; 0: not at all),
--       then for each lock: its value with the marks @acquired_at@ and @expires_at@, its name in the run's hash ('' none)
-- Reply {'taken', acquired_at, fence}
--       {'busy', key of the first lock that cannot be had, its value ('' if it is free but another's turn), ms until that
--       may change by itself (-1: never)}
-- Keeps two tokens never hold one lock; the fence only grows; who waits gets the lock in order of coming. A lock without
--       an expiry (somebody wrote it by hand) is respected.

local token, ticket, ttl, wait = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local now = tonumber(redis.call('TIME')[1])

local function wait_for(name)
    if wait <= 0 then return end
    local queue = 'freshet:lock-queue:' .. name
    if not redis.call('LPOS', queue, ticket) then redis.call('RPUSH', queue, ticket) end
    -- The longest wait of all decides: a queue must not outlive those who stand in it by much.
    if redis.call('TTL', queue) < wait + 60 then redis.call('EXPIRE', queue, wait + 60) end
end

local function busy(name, value, ms)
    wait_for(name)
    return {'busy', name, value, ms}
end

for i = 2, #KEYS do
    local name = KEYS[i]
    local holder = redis.call('GET', name)
    if holder then return busy(name, holder, redis.call('PTTL', name)) end
    local turn_key = 'freshet:lock-turn:' .. name
    local turn = redis.call('GET', turn_key)
    if not turn and redis.call('LINDEX', 'freshet:lock-queue:' .. name, 0) ~= ticket then turn = next_turn(name) end
    if turn and turn ~= ticket then return busy(name, '', redis.call('PTTL', turn_key)) end
end

local fence = redis.call('INCR', 'freshet:fence')
for i = 2, #KEYS do
    local name, at = KEYS[i], 5 + 2 * (i - 2)
    local value, mirrored = ARGV[at], ARGV[at + 1]
    value = string.gsub(string.gsub(value, '@acquired_at@', tostring(now)), '@expires_at@', tostring(now + ttl))
    redis.call('SET', name, value, 'EX', ttl)
    redis.call('DEL', 'freshet:lock-turn:' .. name)
    redis.call('LREM', 'freshet:lock-queue:' .. name, 0, ticket)
    if mirrored ~= '' then redis.call('HSET', KEYS[1], 'locked:' .. mirrored, 'true') end
end
return {'taken', now, fence}
