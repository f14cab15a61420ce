-- Looks a controller's cache entry up, and says what a fill must know.
--
-- KEYS  the run's hash, the entry's key
-- ARGV  database of the runs, of the cache, controller, time to live (s)
-- Reply {entry or nil, generation ('' if the controller was never invalidated)}
-- Keeps entry and generation are of one moment. An entry that is read stays for another time to live; that is renewed
--       once an hour, because Redis tells every client's cache of it as of a change.

redis.call('SELECT', ARGV[2])
local entry = redis.call('GET', KEYS[2])
if entry and redis.call('TTL', KEYS[2]) < ARGV[4] - 3600 then redis.call('EXPIRE', KEYS[2], ARGV[4]) end
local generation = redis.call('HGET', 'freshet:generations:' .. KEYS[1], ARGV[3])
redis.call('SELECT', ARGV[1])
return {entry, generation or ''}
