-- Gives up the wish for locks: leaves their queues, passes on a turn that was given meanwhile, and frees what was taken
-- without the taker's learning of it. (lock_turns.lua stands in front of this text.)
--
-- KEYS  the run's hash, then the locks' keys
-- ARGV  ticket (the token too), then for each lock its name in the run's hash ('' none)
-- Reply 1

local ticket = ARGV[1]
for i = 2, #KEYS do
    local name = KEYS[i]
    redis.call('LREM', 'freshet:lock-queue:' .. name, 0, ticket)
    local value = redis.call('GET', name)
    if value and token_of(value) == ticket then free(name, KEYS[1], ARGV[i]) end
    if redis.call('GET', 'freshet:lock-turn:' .. name) == ticket then
        redis.call('DEL', 'freshet:lock-turn:' .. name)
        if not value then next_turn(name) end
    end
end
return 1
