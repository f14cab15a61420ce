-- A job that waits is in no list and no registry: nobody will ever start it. One whose time is lost starts now.
-- Subject: the job.

local function is_listed(id, queue, key)
    local list = 'rq:queue:' .. queue
    local places = {list, list .. ':intermediate', list .. ':cpu', list .. ':io', 'freshet:key:' .. key .. ':waiting'}
    for _, place in ipairs(places) do
        if redis.call('LPOS', place, id) then return true end
    end
end

local function look(id)
    local status, queue, key = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'origin', 'freshet:key'))
    if not queue then return nil end
    if status == 'queued' and not is_listed(id, queue, key or '') then
        return 'queued, but not on queue ' .. queue
    end
    if (status == 'scheduled' or status == 'deferred') and not redis.call('ZSCORE', 'rq:' .. status .. ':' .. queue, id)
    then
        return status .. ', but not in rq:' .. status .. ':' .. queue
    end
end

local function fix(id)
    local status, queue = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'origin'))
    if status == 'deferred' then
        redis.call('ZADD', 'rq:deferred:' .. queue, '+inf', id)
    else
        put_on_queue(id, queue, now_text, 'RPUSH')
    end
end

return examine(1, look, fix)
