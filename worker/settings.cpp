#include "worker/settings.hpp"

#include "jobs/queue/ids.hpp"

#include <boost/program_options/value_semantic.hpp>

#include <fmt/format.h>

#include <set>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace options = boost::program_options;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr unsigned most_slots = 4096;

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

Result<milliseconds> seconds_option(
    const prep::SettingsReader& reader, const std::string& name, double least, double most) {
    const double value = reader.get<double>(name);
    if (!(value >= least && value <= most))
        return bad(name, fmt::format("{} to {} seconds", least, most), value);
    return milliseconds(static_cast<std::int64_t>(value * 1000));
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
    // clang-format off
    reader.options().add_options()
        ("queue", value<std::vector<std::string>>()->composing()->default_value({"default"}, "default"),
            "queue to work on; give it again for more, highest priority first")
        ("concurrency", value<unsigned>()->default_value(4), "jobs at a time, 1 to 4096")
        ("runs-root", value<std::string>()->default_value("."), "folder of the runs: a run's is <runs-root>/<run id>")
        ("burst", options::bool_switch(), "end when the queues are empty")
        ("embedded", value<std::string>()->default_value(""), "start a private redis-server in this folder and end it")
        ("lease", value<double>()->default_value(15), "seconds after which the jobs of a silent worker run again")
        ("drain-limit", value<double>()->default_value(3600), "seconds for running jobs to end after SIGTERM; then they "
            "are stopped and returned to their queues")
        ("max-reaped", value<int>()->default_value(3), "lost workers after which a job is given up as failed")
        ("rules", value<std::string>()->default_value(""), "cache invalidation rules (JSON); none: the built-in ones")
        ("cligen", value<std::string>()->default_value(""), "CLIGEN-compatible program; none: freshet-climate")
        ("cligen-limit", value<double>()->default_value(300), "seconds that it may run");
    // clang-format on
}

Result<Settings> to_settings(const prep::SettingsReader& reader) {
    Settings settings;
    settings.redis = reader.redis();
    auto queues = checked_queues(reader.get<std::vector<std::string>>("queue"));
    if (!queues) return queues.error();
    settings.queues = std::move(*queues);

    settings.concurrency = reader.get<unsigned>("concurrency");
    if (settings.concurrency < 1 || settings.concurrency > most_slots)
        return bad("concurrency", fmt::format("1 to {}", most_slots), settings.concurrency);
    settings.most_reaped = reader.get<int>("max-reaped");
    if (settings.most_reaped < 0) return bad("max-reaped", "0 or more", settings.most_reaped);
    settings.burst = reader.get<bool>("burst");
    settings.embedded = reader.get<std::string>("embedded");
    settings.rules_file = reader.get<std::string>("rules");

    auto root = existing_folder("runs-root", reader.get<std::string>("runs-root"));
    if (!root) return root.error();
    settings.runs_root = std::move(*root);

    const auto lease = seconds_option(reader, "lease", 0.5, 3600);
    if (!lease) return lease.error();
    settings.lease = *lease;
    const auto drain = seconds_option(reader, "drain-limit", 0, 1e6);
    if (!drain) return drain.error();
    settings.drain_limit = *drain;
    const auto cligen_limit = seconds_option(reader, "cligen-limit", 1, 86400);
    if (!cligen_limit) return cligen_limit.error();
    settings.cligen.time_limit = duration_cast<std::chrono::seconds>(*cligen_limit);

    const auto cligen = reader.get<std::string>("cligen");
    settings.cligen.path = cligen.empty() ? beside_this_program("freshet-climate") : fs::path(cligen);
    return settings;
}

} // namespace freshet::worker
