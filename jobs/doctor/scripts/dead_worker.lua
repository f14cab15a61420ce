-- A worker is registered but has died: its hash has expired.
-- Subject: the set that names it (rq:workers, rq:workers:<queue>), the worker's key.

local function look(set, worker)
    if redis.call('SISMEMBER', set, worker) == 1 and redis.call('EXISTS', worker) == 0 then
        return 'in ' .. set .. ', but it is dead'
    end
end

local function fix(set, worker) redis.call('SREM', set, worker) end

return examine(2, look, fix)
