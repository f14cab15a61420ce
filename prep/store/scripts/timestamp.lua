-- Records that a task of a run is done and drops the caches that it made stale, in one step.
-- (run_effects.lua stands in front of this text.)
--
-- KEYS  the run's hash
-- ARGV  database of the runs, of the cache, task's stored value ('' = only invalidate), then for each cache: controller,
--       number of keys, the keys
-- Reply the timestamp recorded, 0 for none
-- Keeps see run_effects.lua

local runs_db, cache_db, task = ARGV[1], ARGV[2], ARGV[3]
local caches, at = {}, 3
while at < #ARGV do
    local cache = {controller = ARGV[at + 1], keys = {}}
    local count = tonumber(ARGV[at + 2])
    at = at + 2
    for k = 1, count do cache.keys[k] = ARGV[at + k] end
    at = at + count
    caches[#caches + 1] = cache
end

local stamp = 0
if task ~= '' then stamp = record_timestamp(KEYS[1], task, tonumber(redis.call('TIME')[1])) end
redis.call('SELECT', cache_db)
invalidate(KEYS[1], caches)
redis.call('SELECT', runs_db)
return stamp
