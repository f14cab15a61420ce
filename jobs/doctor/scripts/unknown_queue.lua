-- A queue has jobs, waiting ones or others, but RQ's tools do not know it.
-- Subject: the list's key.

local states = {'wip', 'deferred', 'scheduled', 'finished', 'failed', 'canceled'}

local function look(list)
    if redis.call('SISMEMBER', 'rq:queues', list) == 1 then return nil end
    local queue = string.sub(list, #'rq:queue:' + 1)
    local jobs = redis.call('LLEN', list)
    for _, state in ipairs(states) do jobs = jobs + redis.call('ZCARD', 'rq:' .. state .. ':' .. queue) end
    if jobs > 0 then return 'has ' .. jobs .. ' jobs, but is not in rq:queues' end
end

local function fix(list) redis.call('SADD', 'rq:queues', list) end

return examine(1, look, fix)
