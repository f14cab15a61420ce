-- The ids that a job waited for are kept though the job is gone, and never expire.
-- Subject: the job.

local function key_of(id) return 'rq:job::' .. id .. ':dependencies' end

local function look(id)
    if redis.call('TTL', key_of(id)) == -1 and redis.call('EXISTS', 'rq:job:' .. id) == 0 then
        return key_of(id) .. ' never expires, but there is no such job'
    end
end

local function fix(id) redis.call('UNLINK', key_of(id)) end

return examine(1, look, fix)
