#pragma once

#include "rules/cache_rules.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep {

/// A controller's cache entries of one run that a task made stale.
struct StaleCache {
    std::string controller;
    std::vector<std::string> keys; ///< in the cache's database
};

/// What the rules say that `task` (stored value) makes stale in a run. Empty for a task without a rule.
std::vector<StaleCache> stale_after(
    const rules::CacheRules& rules, std::string_view task, std::string_view run_id, std::string_view run_dir);

/// The form in which the scripts take them: for each controller, number of keys, the keys.
void append_to(std::vector<std::string>& arguments, const std::vector<StaleCache>& stale);

} // namespace freshet::prep
