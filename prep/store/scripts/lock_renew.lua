-- Extends locks that are still held: all or none.
-- (lock_turns.lua stands in front of this text.)
--
-- KEYS  the locks' keys
-- ARGV  token, time to live (s), then for each lock its value with the mark @expires_at@
-- Reply expires_at; 0 if one of them is not held with this token any more: then nothing was changed
-- Keeps a lock that was lost is never taken back by renewing it.

local token, ttl = ARGV[1], tonumber(ARGV[2])
for _, name in ipairs(KEYS) do
    local value = redis.call('GET', name)
    if not value or token_of(value) ~= token then return 0 end
end
local expires_at = tonumber(redis.call('TIME')[1]) + ttl
for i, name in ipairs(KEYS) do
    local value = string.gsub(ARGV[2 + i], '@expires_at@', tostring(expires_at))
    redis.call('SET', name, value, 'EX', ttl)
end
return expires_at
