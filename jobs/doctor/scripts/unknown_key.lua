-- Jobs wait for a key that freshet:keys does not name: no janitor looks after it.
-- Subject: the key.

local function look(key)
    local waiting = redis.call('LLEN', 'freshet:key:' .. key .. ':waiting')
    if waiting > 0 and redis.call('SISMEMBER', 'freshet:keys', key) == 0 then
        return waiting .. ' jobs wait for it, but it is not in freshet:keys'
    end
end

local function fix(key) redis.call('SADD', 'freshet:keys', key) end

return examine(1, look, fix)
