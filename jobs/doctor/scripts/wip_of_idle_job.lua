-- rq:wip names a job that does not run: RQ's cleaner would fail it, or run it once more.
-- Subject: the registry's key, the member.

local function look(registry, member)
    local id = job_of(member)
    local status = status_of(id)
    if not status or status == 'started' or not redis.call('ZSCORE', registry, member) or is_leased(id) then
        return nil
    end
    return 'in ' .. registry .. ', but it is ' .. status
end

local function fix(registry, member) redis.call('ZREM', registry, member) end

return examine(2, look, fix)
