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

/// A run's folder as its readers spell it, and without symbolic links.
struct Spellings {
    std::string_view given;
    std::string real = resolved(given);
};

std::vector<std::string> keys_in(const rules::CacheRules& rules, std::string_view controller,
    std::string_view run_id, const Spellings& run_dir) {
    auto keys = rules.keys_for(controller, run_id, run_dir.given);
    if (run_dir.real == run_dir.given) return keys;
    for (auto& key : rules.keys_for(controller, run_id, run_dir.real))
        if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
    return keys;
}

} // namespace

std::vector<std::string> cache_keys(const rules::CacheRules& rules, std::string_view controller,
    std::string_view run_id, std::string_view run_dir) {
    return keys_in(rules, controller, run_id, {run_dir});
}

std::vector<StaleCache> stale_after(const rules::CacheRules& rules, std::string_view task,
    std::string_view run_id, std::string_view run_dir) {
    const Spellings spellings{run_dir};
    std::vector<StaleCache> stale;
    for (const auto& controller : rules.controllers_for(task))
        stale.push_back({std::string(controller), keys_in(rules, controller, run_id, spellings)});
    return stale;
}

std::vector<StaleCache> stale_after_writing(const rules::CacheRules& rules, std::string_view controller,
    const std::vector<std::string>& tasks, const Run& run) {
    std::vector<std::string> names{std::string(controller)};
    for (const auto& task : tasks)
        for (const auto& stale : rules.controllers_for(task))
            if (std::ranges::find(names, stale) == names.end()) names.emplace_back(stale);
    const auto dir = run.dir.string();
    const Spellings spellings{dir};
    std::vector<StaleCache> all;
    for (auto& name : names) {
        auto keys = keys_in(rules, name, run.id, spellings);
        all.push_back({std::move(name), std::move(keys)});
    }
    return all;
}

std::vector<StaleCache> all_controllers(const rules::CacheRules& rules, const Run& run) {
    const auto dir = run.dir.string();
    const Spellings spellings{dir};
    std::vector<StaleCache> all;
    for (const auto controller : rules::controllers())
        all.push_back({std::string(controller), keys_in(rules, controller, run.id, spellings)});
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
