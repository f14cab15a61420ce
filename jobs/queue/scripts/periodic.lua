-- In front of enqueue.lua: enqueues what is due at a time once, by however many workers. (job_states.lua stands in front
-- of this text.)
--
-- ARGV  name of the periodic job, the unix second at which it is due; then as enqueue.lua
-- Reply {before, ''} if somebody has enqueued it for that time or a later one (nothing was changed); else as enqueue.lua
-- Keeps freshet:periodic (hash: name, last time) only moves forward, in the step that stores the job.

local name, due = table.remove(ARGV, 1), table.remove(ARGV, 1)
if tonumber(due) <= tonumber(redis.call('HGET', 'freshet:periodic', name) or '0') then return {{'before', ''}} end
redis.call('HSET', 'freshet:periodic', name, due)

