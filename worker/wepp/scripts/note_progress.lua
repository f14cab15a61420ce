-- Counts the hillslopes of a run of WEPP and knows which ones are running.
--
-- ARGV  id of the root job, number of hillslopes in all, least time between two tellings (ms), time to live (s),
--       hillslope that has ended ('' none), hillslope that starts ('' none)
-- Reply {id of the job with which the tree has failed ('' none), hillslopes done, hillslope that runs longest ('' none),
--       unix second of its start, 1 if this caller should tell the others, else 0}
-- Keeps a hillslope counts once, however often it is run; one whose worker died keeps its first start. The last one is
--       always told.

local root, total, pause, ttl, ended, started = unpack(ARGV)
local done = 'freshet:wepp:' .. root .. ':done'
local running = 'freshet:wepp:' .. root .. ':running'

if ended ~= '' then
    redis.call('SADD', done, ended)
    redis.call('ZREM', running, ended)
end
local failed = redis.call('GET', 'freshet:tree:' .. root .. ':failed') or ''
if started ~= '' and failed == '' then redis.call('ZADD', running, 'NX', redis.call('TIME')[1], started) end
redis.call('EXPIRE', done, ttl)
redis.call('EXPIRE', running, ttl)

local count = redis.call('SCARD', done)
local oldest = redis.call('ZRANGE', running, 0, 0, 'WITHSCORES')
local tell = redis.call('SET', 'freshet:wepp:' .. root .. ':told', 1, 'PX', pause, 'NX') or count >= tonumber(total)
return {failed, count, oldest[1] or '', tonumber(oldest[2] or 0), tell and 1 or 0}
