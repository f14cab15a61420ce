-- A registry names a job whose hash is gone.
-- Subject: the registry's key, the member.

local function look(registry, member)
    local id = job_of(member)
    if redis.call('ZSCORE', registry, member) and redis.call('EXISTS', 'rq:job:' .. id) == 0 then
        return 'in ' .. registry .. ', but there is no such job'
    end
end

local function fix(registry, member) redis.call('ZREM', registry, member) end

return examine(2, look, fix)
