-- A queue's list names a job that is not queued. (RQ 2.4 and later know `created`, older ones no status at first.)
-- Subject: the list's key, the job.

local function look(list, id)
    local status = status_of(id)
    if status and status ~= '' and status ~= 'queued' and status ~= 'created' and redis.call('LPOS', list, id) then
        return 'on ' .. list .. ', but it is ' .. status
    end
end

local function fix(list, id) redis.call('LREM', list, 0, id) end

return examine(2, look, fix)
