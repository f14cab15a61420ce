-- A queue's list names a job more than once. The first place is kept.
-- Subject: the list's key, the job.

local function times(list, id) return #redis.call('LPOS', list, id, 'COUNT', 0) end

local function look(list, id)
    if times(list, id) > 1 then return 'on ' .. list .. ' ' .. times(list, id) .. ' times' end
end

local function fix(list, id) redis.call('LREM', list, 1 - times(list, id), id) end

return examine(2, look, fix)
