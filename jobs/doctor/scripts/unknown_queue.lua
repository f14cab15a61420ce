-- A queue has jobs, but RQ's tools do not know it.
-- Subject: the list's key.

local function look(list)
    if redis.call('EXISTS', list) == 1 and redis.call('SISMEMBER', 'rq:queues', list) == 0 then
        return 'has ' .. redis.call('LLEN', list) .. ' jobs, but is not in rq:queues'
    end
end

local function fix(list) redis.call('SADD', 'rq:queues', list) end

return examine(1, look, fix)
