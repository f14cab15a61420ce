-- Removes the timestamps of a run's tasks.
--
-- KEYS  the run's hash
-- ARGV  tasks' stored values; none: all of them
-- Reply how many were removed
-- Keeps a timestamp that is stamped meanwhile is removed or stays, never half. last_modified tells of the removal.

local fields = {}
for i, task in ipairs(ARGV) do fields[i] = 'timestamps:' .. task end
if #ARGV == 0 then
    for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
        if string.sub(field, 1, 11) == 'timestamps:' then fields[#fields + 1] = field end
    end
end
if #fields == 0 then return 0 end
local removed = redis.call('HDEL', KEYS[1], unpack(fields))
if removed > 0 then redis.call('HSET', KEYS[1], 'last_modified', redis.call('TIME')[1]) end
return removed
