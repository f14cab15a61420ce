-- A queue's list names a job whose hash is gone.
-- Subject: the list's key, the job.

local function look(list, id)
    if redis.call('EXISTS', 'rq:job:' .. id) == 0 and redis.call('LPOS', list, id) then
        return 'on ' .. list .. ', but there is no such job'
    end
end

local function fix(list, id) redis.call('LREM', list, 0, id) end

return examine(2, look, fix)
