-- Asks the processes of workers to drain: RQ's command, and a mark that the worker's next report sees.
--
-- ARGV  the workers' names
-- Reply for each: asked | noted (it does not listen now, but there is its entry, and the mark) | deaf (it heeds no mark:
--       one of RQ, or its entry is gone)
-- Keeps a mark goes with the worker's entry: a later process of the same name does not find it.

local function drain(name)
    local worker = 'rq:worker:' .. name
    local heard = redis.call('PUBLISH', 'rq:pubsub:' .. name, '{"command": "shutdown"}')
    local is_ours = redis.call('HGET', worker, 'python_version') == ''
    if is_ours then redis.call('HSET', worker, 'freshet:drain', '1') end
    return heard > 0 and 'asked' or is_ours and 'noted' or 'deaf'
end

local replies = {}
for i, name in ipairs(ARGV) do replies[i] = drain(name) end
return replies
