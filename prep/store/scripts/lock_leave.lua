-- Stops waiting for locks. A turn that was given meanwhile goes to the next.
-- (lock_turns.lua stands in front of this text.)
--
-- KEYS  the locks' keys
-- ARGV  ticket
-- Reply 1

for _, name in ipairs(KEYS) do
    redis.call('LREM', 'freshet:lock-queue:' .. name, 0, ARGV[1])
    if redis.call('GET', 'freshet:lock-turn:' .. name) == ARGV[1] then
        redis.call('DEL', 'freshet:lock-turn:' .. name)
        if redis.call('EXISTS', name) == 0 then next_turn(name) end
    end
end
return 1
