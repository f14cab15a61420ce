-- Makes workers known to RQ's tools, all of a process or none. (arguments.lua stands in front of this
-- text.)
--
-- ARGV  now (text), time to live (s), number of queues, their names, number of hash words, the words (field, value,
--       ...: what the workers have in common), the workers' names
-- Reply '' or the name that is taken: it has a live entry without a death
-- Keeps a worker is in rq:workers and rq:workers:<queue> exactly as long as its hash lives or will expire.

local now, ttl = take(), take()
local queues = {}
for i = 1, tonumber(take()) do queues[i] = take() end
local words = tonumber(take())
local first_word = at + 1
at = at + words

for i = at + 1, #ARGV do
    local worker = 'rq:worker:' .. ARGV[i]
    if redis.call('EXISTS', worker) == 1 and redis.call('HEXISTS', worker, 'death') == 0 then return ARGV[i] end
end
for i = at + 1, #ARGV do
    local worker = 'rq:worker:' .. ARGV[i]
    redis.call('DEL', worker)
    redis.call('HSET', worker, 'birth', now, 'last_heartbeat', now, 'queues', table.concat(queues, ','), 'state',
        'idle', 'current_job_working_time', '0', unpack(ARGV, first_word, first_word + words - 1))
    redis.call('EXPIRE', worker, ttl)
    redis.call('SADD', 'rq:workers', worker)
    for _, queue in ipairs(queues) do redis.call('SADD', 'rq:workers:' .. queue, worker) end
end
return ''
