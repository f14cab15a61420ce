-- A key is held by a job that has ended or is gone: those that wait for the key may wait for nothing.
-- Subject: the key, the job.

local function look(key, id)
    if redis.call('SISMEMBER', 'freshet:key:' .. key, id) == 0 or is_leased(id) then return nil end
    local status = status_of(id)
    if not status then return 'holds key ' .. key .. ', but there is no such job' end
    if status ~= 'queued' and status ~= 'started' then return 'holds key ' .. key .. ', but it is ' .. status end
end

local function fix(key, id) let_go(id, key) end

return examine(2, look, fix)
