-- Deletes a damaged cache entry, unless somebody has replaced it meanwhile.
--
-- KEYS  the run's hash, the entry's key
-- ARGV  database of the runs, of the cache, the damaged entry's SHA-1 in hexadecimal
-- Reply 1 deleted, 0 not

redis.call('SELECT', ARGV[2])
local entry = redis.call('GET', KEYS[2])
local same = entry and redis.sha1hex(entry) == ARGV[3]
if same then redis.call('UNLINK', KEYS[2]) end
redis.call('SELECT', ARGV[1])
return same and 1 or 0
