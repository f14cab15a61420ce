-- Asks for running jobs to be stopped. (job_states.lua stands in front of this text.)
--
-- ARGV  the ids
-- Reply for each: asked | idle (it does not run) | gone
-- Keeps the mark names the execution that runs now: a later one of the same job is not stopped by it. A job of a worker
--       of RQ gets the command only.

local function stop(id)
    local status, worker, execution = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'worker_name',
        'freshet:execution'))
    if not status then return 'gone' end
    if status ~= 'started' or not worker or worker == '' then return 'idle' end
    ask_to_stop(id, worker, execution)
    return 'asked'
end

local replies = {}
for i, id in ipairs(ARGV) do replies[i] = stop(id) end
return replies
