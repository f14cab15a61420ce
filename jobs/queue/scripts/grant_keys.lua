-- Passes on keys that nobody holds any more though jobs wait for them: their holders ended without us. (job_states.lua
-- stands in front of this text.)
--
-- ARGV  most keys to look at
-- Reply how many keys were looked at
-- Keeps as job_states.lua: never more holders of a key than its limit, the one that has waited longest comes first.

local keys = redis.call('SRANDMEMBER', 'freshet:keys', ARGV[1])
for _, key in ipairs(keys) do drop_dead_holders(key) end
return #keys
