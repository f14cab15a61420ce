#include "prep/store/stale_cache.hpp"

#include "rules/task_catalogue.hpp"

#include <algorithm>
#include <filesystem>

namespace freshet::prep {
namespace {

std::string resolved(std::string_view run_dir) {
    std::error_code failed;
    auto path = std::filesystem::canonical(run_dir, failed);
    return failed ? std::string(run_dir) : path.string();
}

} // namespace

std::vector<std::string> cache_keys(const rules::CacheRules& rules, std::string_view controller,
    std::string_view run_id, std::string_view run_dir) {
    auto keys = rules.keys_for(controller, run_id, run_dir);
    const auto real_dir = resolved(run_dir);
    if (real_dir == run_dir) return keys;
    for (auto& key : rules.keys_for(controller, run_id, real_dir))
        if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
    return keys;
}

std::vector<StaleCache> stale_after(const rules::CacheRules& rules, std::string_view task,
    std::string_view run_id, std::string_view run_dir) {
    std::vector<StaleCache> stale;
    for (const auto& controller : rules.controllers_for(task))
        stale.push_back({std::string(controller), cache_keys(rules, controller, run_id, run_dir)});
    return stale;
}

std::vector<StaleCache> all_controllers(const rules::CacheRules& rules, const Run& run) {
    std::vector<StaleCache> all;
    for (const auto controller : rules::controllers())
        all.push_back({std::string(controller), cache_keys(rules, controller, run.id, run.dir.string())});
    return all;
}

void append_to(std::vector<std::string>& arguments, const std::vector<StaleCache>& stale) {
    for (const StaleCache& cache : stale) {
        arguments.push_back(cache.controller);
        arguments.push_back(std::to_string(cache.keys.size()));
        arguments.insert(arguments.end(), cache.keys.begin(), cache.keys.end());
    }
}

} // namespace freshet::prep
