-- Shared text, put in front of the scripts that record a task of a run.
--
-- record_timestamp(run_id, task, now): in the runs' database; stamps max(now, newest timestamp of the run + 1)
-- invalidate(run_id, caches): in the cache's database; caches = list of {controller = name, keys = list}
-- Keeps  the timestamps of a run never tie and never go back. A controller's generation is drawn from one counter, so it
--        never has the same value twice, and it moves in the step that deletes the controller's keys.

local function record_timestamp(run_id, task, now)
    local newest = 0
    local fields = redis.call('HGETALL', run_id)
    for i = 1, #fields, 2 do
        if string.sub(fields[i], 1, 11) == 'timestamps:' then
            newest = math.max(newest, tonumber(fields[i + 1]) or 0)
        end
    end
    local stamp = string.format('%d', math.max(now, newest + 1))
    redis.call('HSET', run_id, 'timestamps:' .. task, stamp, 'last_modified', stamp)
    return stamp
end

local function invalidate(run_id, caches)
    if #caches == 0 then return end
    local newest = redis.call('INCRBY', 'freshet:generation', #caches)
    local keys, generations = {}, {}
    for i, cache in ipairs(caches) do
        for _, key in ipairs(cache.keys) do keys[#keys + 1] = key end
        generations[2 * i - 1], generations[2 * i] = cache.controller, string.format('%d', newest - #caches + i)
    end
    if #keys > 0 then redis.call('UNLINK', unpack(keys)) end
    redis.call('HSET', 'freshet:generations:' .. run_id, unpack(generations))
end
