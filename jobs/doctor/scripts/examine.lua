-- Shared text, put in front of the doctor's scripts, behind job_states.lua.
--
-- ARGV  look | fix, now (text), then the subjects, each of as many words as the kind has
-- Reply for each subject what is wrong with it, '' if nothing is
-- Keeps what is repaired was found by the same call: nothing that has changed since the last look is touched.

local now_text = ARGV[2]

local function examine(words, look, fix)
    local found = {}
    for i = 3, #ARGV, words do
        local subject = {unpack(ARGV, i, i + words - 1)}
        local what = look(unpack(subject))
        if what and ARGV[1] == 'fix' then fix(unpack(subject)) end
        found[#found + 1] = what or ''
    end
    return found
end

-- RQ 2.x writes <job>:<execution> into rq:wip.
local function job_of(member)
    if redis.call('EXISTS', 'rq:job:' .. member) == 1 then return member end
    return string.match(member, '^(.*):[^:]*$') or member
end

local function status_of(id)
    return redis.call('HGET', 'rq:job:' .. id, 'status')
end

-- Whatever its status, a worker of ours is still at it.
local function is_leased(id)
    local execution = redis.call('HGET', 'rq:job:' .. id, 'freshet:execution')
    return execution and redis.call('ZSCORE', 'freshet:leases', id .. ':' .. execution)
end
