-- Puts into the cache what was read from a controller's file.
--
-- KEYS  the run's hash, the entry's key
-- ARGV  database of the runs, of the cache, controller, time to live (s), generation that cache_look gave, entry
-- Reply 1 stored; 0 the controller was invalidated since: nothing was stored
-- Keeps a document that was read before an invalidation does not come back after it. The hash of generations has no
--       expiry and is never deleted: a generation that vanished could come again.

redis.call('SELECT', ARGV[2])
local generation = redis.call('HGET', 'freshet:generations:' .. KEYS[1], ARGV[3]) or ''
local current = generation == ARGV[5]
if current then redis.call('SET', KEYS[2], ARGV[6], 'EX', ARGV[4]) end
redis.call('SELECT', ARGV[1])
return current and 1 or 0
