-- A worker is registered but has died: its hash has expired, or was written again afterwards, without a time to live,
-- by a worker of RQ that counted its last job.
-- Subject: the set that names it (rq:workers, rq:workers:<queue>), the worker's key.

local rqs_ttl_of_an_idle_worker = 480

local function look(set, worker)
    if redis.call('SISMEMBER', set, worker) == 0 then return nil end
    local ttl = redis.call('TTL', worker)
    if ttl == -2 then return 'in ' .. set .. ', but it is dead' end
    if ttl == -1 then return 'in ' .. set .. ', but its entry never expires' end
end

local function fix(set, worker)
    if redis.call('EXPIRE', worker, rqs_ttl_of_an_idle_worker) == 0 then redis.call('SREM', set, worker) end
end

return examine(2, look, fix)
