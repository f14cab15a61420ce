-- A job has dependents that do not wait for it any more: when it runs again, RQ would run them once more. (Canceled
-- ones it would not, and leaves them there.)
-- Subject: the job that they waited for.

local function left_over(parent)
    local children = {}
    for _, child in ipairs(redis.call('SMEMBERS', 'rq:job:' .. parent .. ':dependents')) do
        local status = status_of(child)
        if status ~= 'deferred' and status ~= 'canceled' then children[#children + 1] = child end
    end
    table.sort(children)
    return children
end

local function look(parent)
    local children = left_over(parent)
    if #children > 0 then return table.concat(children, ', ') .. ' do not wait for it any more' end
end

local function fix(parent)
    for _, child in ipairs(left_over(parent)) do redis.call('SREM', 'rq:job:' .. parent .. ':dependents', child) end
end

return examine(1, look, fix)
