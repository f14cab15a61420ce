-- Shared text, put in front of the scripts that take their ARGV one after another: `at` is the last that was taken.

local at = 0
local function take()
    at = at + 1
    return ARGV[at]
end

