-- Shared text, put in front of the scripts that take and free locks.
--
-- token_of(value): the token in a lock's value; that is compact JSON, or in old versions the bare token
-- next_turn(name): whoever has waited longest for the lock may take it next, and is told so on the channel
--                  freshet:lock-turns:<ticket>
-- free(name, run_id, mirrored): deletes the lock, mirrors that in the run's hash (mirrored = '' for none), next_turn()
-- Keys   freshet:lock-queue:<lock>  list of the tickets that wait, the first came first
--        freshet:lock-turn:<lock>   the ticket that may take the lock now; expires, because its owner may have died
-- Keeps  a lock that is free is not taken past those who wait for it.

local turn_ms = 2000

local function token_of(value)
    local ok, payload = pcall(cjson.decode, value)
    if ok and type(payload) == 'table' and type(payload.token) == 'string' then return payload.token end
    return value
end

local function next_turn(name)
    local ticket = redis.call('LPOP', 'freshet:lock-queue:' .. name)
    if not ticket then return nil end
    redis.call('SET', 'freshet:lock-turn:' .. name, ticket, 'PX', turn_ms)
    redis.call('PUBLISH', 'freshet:lock-turns:' .. ticket, name)
    return ticket
end

local function free(name, run_id, mirrored)
    redis.call('DEL', name)
    if mirrored ~= '' then redis.call('HSET', run_id, 'locked:' .. mirrored, 'false') end
    if redis.call('EXISTS', 'freshet:lock-turn:' .. name) == 0 then next_turn(name) end
end
