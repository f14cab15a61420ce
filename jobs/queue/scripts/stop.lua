-- Asks for running jobs to be stopped. (job_states.lua stands in front of this text.)
--
-- ARGV  who asks ('' unknown), the ids
-- Reply for each: asked | idle (it does not run) | gone
-- Keeps the mark names the execution that runs now: a later one of the same job is not stopped by it. A job of a worker
--       of RQ gets the command only.

local function stop(id, by)
    local status, worker, execution = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'worker_name',
        'freshet:execution'))
    if not status then return 'gone' end
    if status ~= 'started' or not worker or worker == '' then return 'idle' end
    ask_to_stop(id, worker, execution, by)
    return 'asked'
end

local replies = {}
for i = 2, #ARGV do replies[#replies + 1] = stop(ARGV[i], ARGV[1]) end
return replies
