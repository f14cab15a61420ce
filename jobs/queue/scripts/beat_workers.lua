-- Tells what the workers of a process are doing, all in one call.
--
-- ARGV  now (text), then for each worker: name, state, id of its job ('' none), seconds that it has been at it, time to
--       live (s), jobs finished, jobs failed and seconds worked since the last call
-- Reply for each: known | drain (known, and its process is to drain) | expired (nothing was changed: register again)
-- Keeps counts only grow; an entry that expired is not written in part.

local function beat(worker, now, state, job, working, ttl, finished, failed, worked)
    local birth, drain = unpack(redis.call('HMGET', worker, 'birth', 'freshet:drain'))
    if not birth then return 'expired' end
    redis.call('HSET', worker, 'last_heartbeat', now, 'state', state, 'current_job_working_time', working)
    if job == '' then
        redis.call('HDEL', worker, 'current_job')
    else
        redis.call('HSET', worker, 'current_job', job)
    end
    if finished ~= '0' then redis.call('HINCRBY', worker, 'successful_job_count', finished) end
    if failed ~= '0' then redis.call('HINCRBY', worker, 'failed_job_count', failed) end
    if tonumber(worked) > 0 then redis.call('HINCRBYFLOAT', worker, 'total_working_time', worked) end
    redis.call('EXPIRE', worker, ttl)
    return drain and 'drain' or 'known'
end

local replies = {}
for i = 2, #ARGV, 8 do replies[#replies + 1] = beat('rq:worker:' .. ARGV[i], ARGV[1], unpack(ARGV, i + 1, i + 7)) end
return replies
