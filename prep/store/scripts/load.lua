-- Fills a cold run hash from its dump.
--
-- KEYS  the run's hash
-- ARGV  field, value, ... of the dump
-- Reply 1 filled, 0 the hash is warm (attrs:loaded is there): nothing was changed
-- Keeps what somebody wrote to the hash since is newer than the dump and stays.

if redis.call('HEXISTS', KEYS[1], 'attrs:loaded') == 1 then return 0 end
for i = 1, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[1], 'attrs:loaded', 'true')
return 1
