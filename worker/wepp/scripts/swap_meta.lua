-- Replaces a job's meta if it is still what the caller has read.
--
-- ARGV  job id, expected meta ('' none), new meta, seconds that an ended job must be kept from now on
-- Reply 1 replaced, 0 somebody else has changed it, -1 there is no such job
-- Keeps nobody's change of the meta gets lost, and no hash appears for a job that is gone. A job that has ended stays at
--       least that long; nothing's time is shortened.

local job = 'rq:job:' .. ARGV[1]
if redis.call('HEXISTS', job, 'data') == 0 then return -1 end
if (redis.call('HGET', job, 'meta') or '') ~= ARGV[2] then return 0 end
redis.call('HSET', job, 'meta', ARGV[3])
redis.call('EXPIRE', job, ARGV[4], 'GT')
redis.call('EXPIRE', 'rq:results:' .. ARGV[1], ARGV[4], 'GT')
return 1
