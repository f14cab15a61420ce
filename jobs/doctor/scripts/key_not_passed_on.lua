-- A key is free, and nobody has told the job that has waited longest for it.
-- Subject: the key.

local function look(key)
    local holders = 'freshet:key:' .. key
    local first = redis.call('LINDEX', holders .. ':waiting', 0)
    if not first or status_of(first) ~= 'queued' then return nil end
    local limit = math.max(1, number_in(redis.call('HGET', 'rq:job:' .. first, 'freshet:key_limit'), 1))
    local held = redis.call('SCARD', holders)
    if held < limit then return first .. ' waits for it, though only ' .. held .. ' of ' .. limit .. ' hold it' end
end

return examine(1, look, grant)
