#pragma once

#include "prep/redis/settings.hpp"
#include "prep/settings.hpp"
#include "rules/error.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace freshet::worker {

/// A model program that a task runs.
struct Program {
    std::filesystem::path path;
    std::chrono::milliseconds time_limit{300'000};
};

/// Everything that freshet-worker can be told. README.md has the table.
struct Settings {
    std::vector<std::string> queues{"default"}; ///< in order of priority
    unsigned concurrency = 4;                   ///< slots: jobs at a time, 1 to 4096
    std::filesystem::path runs_root;            ///< a run's folder is runs_root / run id
    bool burst = false;                         ///< end when the queues are empty
    std::filesystem::path embedded;             ///< folder of a private redis-server; empty: none
    std::chrono::milliseconds lease{15'000};    ///< how long a silent worker keeps its jobs
    std::chrono::milliseconds drain_limit{3'600'000};  ///< after SIGTERM, for running jobs to end
    int most_reaped = 3;                        ///< lost workers after which a job is given up
    std::filesystem::path rules_file;           ///< empty: the built-in rules
    Program cligen;                             ///< freshet-climate beside this program, or a real CLIGEN
    prep::redis::Settings redis;
};

/// Adds the worker's options to a reader.
void add_options(prep::SettingsReader& reader);

/// What came out of the reader, checked. bad_input names the option, what was expected and what was found.
Result<Settings> to_settings(const prep::SettingsReader& reader);

} // namespace freshet::worker
