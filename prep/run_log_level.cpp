#include "prep/run_log_level.hpp"

#include <map>
#include <mutex>
#include <set>

namespace freshet {
namespace {

struct Levels {
    std::mutex mutex;
    std::map<std::string, std::multiset<Severity>, std::less<>> of_runs;

    void add(const std::string& run_id, Severity level) {
        const std::lock_guard lock(mutex);
        of_runs[run_id].insert(level);
    }

    void remove(const std::string& run_id, Severity level) {
        const std::lock_guard lock(mutex);
        const auto run = of_runs.find(run_id);
        run->second.erase(run->second.find(level));
        if (run->second.empty()) of_runs.erase(run);
    }
};

Levels& levels() {
    static Levels all;
    return all;
}

} // namespace

std::shared_ptr<const void> set_run_log_level(std::string run_id, Severity level) {
    levels().add(run_id, level);
    const auto remove = [run_id = std::move(run_id), level](const void*) {
        levels().remove(run_id, level);
    };
    return {static_cast<const void*>(&levels()), remove};
}

std::optional<Severity> run_log_level(std::string_view run_id) {
    const std::lock_guard lock(levels().mutex);
    const auto run = levels().of_runs.find(run_id);
    if (run == levels().of_runs.end()) return std::nullopt;
    return *run->second.begin();
}

} // namespace freshet
