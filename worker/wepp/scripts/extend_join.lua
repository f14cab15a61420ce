-- Makes a deferred job wait for more jobs.
--
-- ARGV  id of the job that waits, then the ids of those that it must wait for
-- Reply extended | the status of a job that does not wait any more (nothing was changed), '' if there is none
-- Keeps the job cannot start early: the caller is itself one of the jobs that it waits for, and calls this before it
--       ends, so there is no moment at which the job waits for nothing. One that is added after it has ended counts as
--       met when the caller ends. Safe to repeat.

local join = ARGV[1]
local status = redis.call('HGET', 'rq:job:' .. join, 'status') or ''
if status ~= 'deferred' then return status end
for i = 2, #ARGV do
    redis.call('SADD', 'rq:job::' .. join .. ':dependencies', ARGV[i])
    redis.call('SADD', 'rq:job:' .. ARGV[i] .. ':dependents', join)
end
return 'extended'
