#include "prep/store/stale_cache.hpp"

namespace freshet::prep {

std::vector<StaleCache> stale_after(const rules::CacheRules& rules, std::string_view task,
    std::string_view run_id, std::string_view run_dir) {
    std::vector<StaleCache> stale;
    for (const auto& controller : rules.controllers_for(task))
        stale.push_back({std::string(controller), rules.keys_for(controller, run_id, run_dir)});
    return stale;
}

void append_to(std::vector<std::string>& arguments, const std::vector<StaleCache>& stale) {
    for (const StaleCache& cache : stale) {
        arguments.push_back(cache.controller);
        arguments.push_back(std::to_string(cache.keys.size()));
        arguments.insert(arguments.end(), cache.keys.begin(), cache.keys.end());
    }
}

} // namespace freshet::prep
