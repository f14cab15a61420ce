#pragma once

#include "prep/redis/settings.hpp"
#include "prep/settings.hpp"
#include "rules/error.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker {

/// A model program that tasks run as a child.
struct Program {
    std::filesystem::path path;
    std::vector<std::string> extra_arguments;        ///< before those that the task gives
    std::chrono::milliseconds time_limit{300'000};   ///< wall time
    std::optional<std::chrono::seconds> cpu_limit;   ///< nothing: none
    std::optional<std::uint64_t> memory_limit_bytes; ///< address space; nothing: none
    std::filesystem::path answers; ///< template of what it is answered on standard input; empty: built in
};

/// The programs by name: `--cligen`, `--wepp`, `--wepp-watershed`, `--abstract`. Each defaults to the
/// built-in one beside this executable.
struct Programs {
    Program cligen;         ///< freshet-climate, or CLIGEN
    Program wepp;           ///< freshet-hillslope, or a WEPP for hillslopes
    Program wepp_watershed; ///< freshet-channel, or a WEPP for watersheds
    Program abstract;       ///< freshet-watershed, or a program with its command line
};

/// Where a program is installed that comes with this one: in the folder of the running executable.
std::filesystem::path beside_this_program(const std::string& name);

/// Functions of Python, whole (`wepppy.rq.build`) or by their last part (`build`), and the tasks that they
/// are.
using FunctionMap = std::map<std::string, std::string, std::less<>>;
/// The task for a function; null if it is not mapped.
const std::string* task_for(const FunctionMap& map, std::string_view function);

/// What becomes of the Python functions that RQ would call when a job has ended.
struct CallbackSettings {
    enum class Unmapped { fail, ignore } unmapped = Unmapped::fail;
    FunctionMap tasks; ///< enqueued instead of the function
};

/// Everything that freshet-worker can be told. README.md has the table.
struct Settings {
    std::vector<std::string> queues{"default"}; ///< in order of priority
    std::vector<std::int64_t> weights;          ///< one for each queue; empty: strict priority
    unsigned concurrency = 4;                   ///< slots: jobs at a time, 1 to 4096
    unsigned io_concurrency = 0;                ///< slots for tasks that wait; 0: they take the others
    std::size_t most_jobs = 0;                  ///< drain after so many; 0: no limit
    std::uint64_t most_memory_bytes = 0;        ///< drain and start anew beyond it; 0: no limit
    std::map<std::string, std::chrono::milliseconds> pace; ///< by task: from start to start, at least
    std::filesystem::path runs_root;                       ///< a run's folder is runs_root / run id
    bool burst = false;                                    ///< end when the queues are empty
    std::filesystem::path embedded;                        ///< folder of a private redis-server; empty: none
    std::chrono::milliseconds lease{15'000};               ///< how long a silent worker keeps its jobs
    std::chrono::milliseconds drain_limit{3'600'000};      ///< after SIGTERM, for running jobs to end
    std::chrono::milliseconds lock_wait{60'000};           ///< for a run's locks, when results are published
    int most_reaped = 2;                 ///< how often a job is taken back from a lost worker
    std::filesystem::path periodic_file; ///< see read_periodic_jobs(); empty: none
    std::filesystem::path rules_file;    ///< empty: the built-in rules
    FunctionMap functions;               ///< tasks that producers call by other names
    CallbackSettings callbacks;
    Programs programs;
    prep::redis::Settings redis;
};

/// Adds the worker's options to a reader.
void add_options(prep::SettingsReader& reader);

/// What came out of the reader, checked. bad_input names the option, what was expected and what was found.
Result<Settings> to_settings(const prep::SettingsReader& reader);

} // namespace freshet::worker
