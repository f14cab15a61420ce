-- A job waits for others that have all ended or are gone.
-- Subject: the job.

local function parents_of(id) return redis.call('SMEMBERS', 'rq:job::' .. id .. ':dependencies') end

local function look(id)
    local status, queue, allow_failures = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'origin',
        'allow_dependency_failures'))
    if status ~= 'deferred' or not queue then return nil end
    local parents = parents_of(id)
    for _, parent in ipairs(parents) do
        if not dependency_is_met(parent, allow_failures == '1') then return nil end
    end
    if #parents == 0 then return 'deferred, but waits for nothing' end
    return 'waits for ' .. table.concat(parents, ', ') .. ': all ended or gone'
end

local function fix(id)
    local queue, front, due = unpack(redis.call('HMGET', 'rq:job:' .. id, 'origin', 'enqueue_at_front', 'freshet:due'))
    release(id, queue, front == '1', number_in(due, 0), parents_of(id), now_text)
end

return examine(1, look, fix)
