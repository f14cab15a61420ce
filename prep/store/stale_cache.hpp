#pragma once

#include "prep/store/run.hpp"
#include "rules/cache_rules.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep {

/// A controller's cache entries of one run that became stale.
struct StaleCache {
    std::string controller;
    std::vector<std::string> keys; ///< in the cache's database
};

/// Every key under which somebody may have cached a controller of the run. Where the run's directory is
/// reached through a symbolic link, keys that hold the path are there in both spellings. The first key is the
/// one that we fill and read.
std::vector<std::string> cache_keys(const rules::CacheRules& rules, std::string_view controller,
    std::string_view run_id, std::string_view run_dir);

/// What the rules say that `task` (stored value) makes stale in a run. Empty for a task without a rule.
std::vector<StaleCache> stale_after(
    const rules::CacheRules& rules, std::string_view task, std::string_view run_id, std::string_view run_dir);
/// A controller that was written, and after it each other one that `tasks` make stale.
std::vector<StaleCache> stale_after_writing(const rules::CacheRules& rules, std::string_view controller,
    const std::vector<std::string>& tasks, const Run& run);
/// Every controller of the run.
std::vector<StaleCache> all_controllers(const rules::CacheRules& rules, const Run& run);

/// The form in which the scripts take them: for each controller, number of keys, the keys.
void append_to(std::vector<std::string>& arguments, const std::vector<StaleCache>& stale);

} // namespace freshet::prep
