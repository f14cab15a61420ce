-- A worker has taken a job off its queue and was gone before it claimed it.
-- Subject: the queue, the job. (The caller has looked twice: on its way to a claim a job is there for milliseconds.)

local function look(queue, id)
    if redis.call('LPOS', 'rq:queue:' .. queue .. ':intermediate', id) then
        return 'on rq:queue:' .. queue .. ':intermediate, and no worker claims it'
    end
end

local function fix(queue, id)
    redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
    if status_of(id) == 'queued' then redis.call('LPUSH', 'rq:queue:' .. queue, id) end
end

return examine(2, look, fix)
