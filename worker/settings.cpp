#include "worker/settings.hpp"

#include "jobs/queue/ids.hpp"

#include <boost/program_options/value_semantic.hpp>

#include <fmt/format.h>

#include <set>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace options = boost::program_options;
using namespace std::chrono_literals;

constexpr std::int64_t most_slots = 4096;

Error bad(std::string_view option, std::string_view expected, const auto& found) {
    return {Errc::bad_input, fmt::format("--{}: expected {}, found {}", option, expected, found)};
}

Result<std::vector<std::string>> checked_queues(std::vector<std::string> names) {
    std::set<std::string> seen;
    for (const std::string& name : names) {
        if (auto ok = jobs::check_queue_name(name); !ok)
            return bad("queue", "a queue name", ok.error().message);
        if (!seen.insert(name).second) return bad("queue", "each queue once", "'" + name + "' twice");
    }
    return names;
}

Result<fs::path> existing_folder(const std::string& option, const std::string& text) {
    std::error_code error;
    const fs::path folder = fs::weakly_canonical(text, error);
    if (text.empty() || error || !fs::is_directory(folder, error))
        return bad(option, "an existing folder", "'" + text + "'");
    return folder;
}

fs::path beside_this_program(const char* name) {
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path() / name;
}

} // namespace

void add_options(prep::SettingsReader& reader) {
    using options::value;
    reader.options().add_options()("queue",
        value<std::vector<std::string>>()->composing()->default_value({"default"}, "default"),
        "queue to work on; give it again for more, highest priority first")("runs-root",
        value<std::string>()->default_value("."), "folder of the runs: a run's is <runs-root>/<run id>")(
        "burst", options::bool_switch(), "end when the queues are empty")("embedded",
        value<std::string>()->default_value(""), "start a private redis-server in this folder and end it")(
        "rules", value<std::string>()->default_value(""),
        "cache invalidation rules (JSON); none: the built-in ones")("cligen",
        value<std::string>()->default_value(""), "CLIGEN-compatible program; none: freshet-climate");
    reader.add_integer("concurrency", 4, {1, most_slots}, "jobs at a time");
    reader.add_integer("max-reaped", 3, {0, 1000}, "lost workers after which a job is given up as failed");
    reader.add_duration("lease", 15s, {500ms, 1h}, "time after which the jobs of a silent worker run again");
    reader.add_duration("drain-limit", 1h, {0s, 1000h},
        "time for running jobs to end after SIGTERM; then they are stopped and returned to their queues");
    reader.add_duration("cligen-limit", 5min, {1s, 24h}, "time that the CLIGEN-compatible program may take");
}

Result<Settings> to_settings(const prep::SettingsReader& reader) {
    Settings settings;
    settings.redis = reader.redis();
    auto queues = checked_queues(reader.get<std::vector<std::string>>("queue"));
    if (!queues) return queues.error();
    settings.queues = std::move(*queues);

    settings.concurrency = static_cast<unsigned>(reader.get<std::int64_t>("concurrency"));
    settings.most_reaped = static_cast<int>(reader.get<std::int64_t>("max-reaped"));
    settings.burst = reader.get<bool>("burst");
    settings.embedded = reader.get<std::string>("embedded");
    settings.rules_file = reader.get<std::string>("rules");

    auto root = existing_folder("runs-root", reader.get<std::string>("runs-root"));
    if (!root) return root.error();
    settings.runs_root = std::move(*root);

    settings.lease = reader.duration("lease");
    settings.drain_limit = reader.duration("drain-limit");
    settings.cligen.time_limit = reader.duration("cligen-limit");
    const auto cligen = reader.get<std::string>("cligen");
    settings.cligen.path = cligen.empty() ? beside_this_program("freshet-climate") : fs::path(cligen);
    return settings;
}

} // namespace freshet::worker
