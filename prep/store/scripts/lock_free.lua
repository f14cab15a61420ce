-- Frees locks: those that hold the token, or whatever holds them (token '' = by force).
-- (lock_turns.lua stands in front of this text.)
--
-- KEYS  the run's hash, then the locks' keys
-- ARGV  token or '', then for each lock its name in the run's hash ('' none)
-- Reply the values of the locks that were freed
-- Keeps nobody's lock is freed by another, except by force; a lock that is gone is no longer shown as held.

local freed = {}
for i = 2, #KEYS do
    local name, mirrored = KEYS[i], ARGV[i]
    local value = redis.call('GET', name)
    if value and (ARGV[1] == '' or token_of(value) == ARGV[1]) then
        free(name, KEYS[1], mirrored)
        freed[#freed + 1] = value
    elseif not value and mirrored ~= '' and redis.call('HGET', KEYS[1], 'locked:' .. mirrored) == 'true' then
        redis.call('HSET', KEYS[1], 'locked:' .. mirrored, 'false')
    end
end
return freed
