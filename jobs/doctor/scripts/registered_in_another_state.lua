-- A registry names a job whose hash says that it is in another state. (One that RQ repeats is meant to stay in
-- rq:finished while it waits for its next time.)
-- Subject: the registry's key, its state (deferred, scheduled, finished, failed, canceled), the job.

local function look(registry, state, id)
    local status = status_of(id)
    if status == 'stopped' then status = 'failed' end
    if state == 'finished' and redis.call('HEXISTS', 'rq:job:' .. id, 'repeats_left') == 1 then return nil end
    if status and status ~= state and redis.call('ZSCORE', registry, id) then
        return 'in ' .. registry .. ', but it is ' .. status_of(id)
    end
end

local function fix(registry, state, id) redis.call('ZREM', registry, id) end

return examine(3, look, fix)
