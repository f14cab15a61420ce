-- Tells the cache that a controller's file was replaced by the holder of its lock, and may free the lock in the same step.
-- (run_effects.lua and lock_turns.lua stand in front of this text.)
--
-- KEYS  the run's hash, the lock's key
-- ARGV  database of the runs, of the cache, token, the lock's name in the run's hash, 'unlock' or 'keep',
--       the controller's entry ('' = none is to be stored), time to live (s), then for it and for each other controller
--       that became stale: name, number of keys, the keys
-- Reply 1; 0 if the lock is not held with the token any more: then the controller was invalidated like the others, no
--       entry was stored and no lock was freed
-- Keeps the file is there already, so whatever else is true no reader may get the old document: the generation moves
--       and all keys go in any case. Only the lock's holder puts an entry in, under the first key.

local at = 0
local function take()
    at = at + 1
    return ARGV[at]
end

local function take_cache()
    local cache = {controller = take(), keys = {}}
    for k = 1, tonumber(take()) do cache.keys[k] = take() end
    return cache
end

local runs_db, cache_db, token, mirrored, after = take(), take(), take(), take(), take()
local entry, ttl = take(), take()
local stale = {}
while at < #ARGV do stale[#stale + 1] = take_cache() end

local value = redis.call('GET', KEYS[2])
local held = value and token_of(value) == token
redis.call('SELECT', cache_db)
invalidate(KEYS[1], stale)
if held and entry ~= '' then redis.call('SET', stale[1].keys[1], entry, 'EX', ttl) end
redis.call('SELECT', runs_db)
if held and after == 'unlock' then free(KEYS[2], KEYS[1], mirrored) end
return held and 1 or 0
