#pragma once

#include "worker/process/publish.hpp"
#include "worker/runtime/task.hpp"
#include "worker/tasks/model_program.hpp"

#include <boost/json/object.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace freshet::worker {

/// Where the channel and outlet steps leave their files, relative to the run's folder.
inline constexpr const char* channels_folder = "dem/channels";
/// Where the abstraction leaves its files.
inline constexpr const char* watershed_folder = "watershed";

/// One step of the abstraction program (Programs::abstract), which is freshet-watershed or another one with
/// its command line; README.md states it.
struct AbstractionStep {
    std::string name;                           ///< channels, outlet, abstract
    std::string panel;                          ///< of the watchers
    std::vector<std::string> arguments;         ///< after the name
    std::filesystem::path folder;               ///< scratch: the working directory
    std::filesystem::path log;                  ///< relative to that
    std::vector<std::filesystem::path> outputs; ///< relative to that
};

/// Runs a step; see run_model(). The success text is `WATERSHED <NAME> COMPLETED SUCCESSFULLY`.
boost::asio::awaitable<ChildOutcome> run_step(TaskContext& context, AbstractionStep step);

/// Makes the folder `to` with links to the files in `from`, which the program must not change. Throws
/// Failure.
void link_files(const std::filesystem::path& from, const std::filesystem::path& to);

/// A JSON object that the program wrote (channels.json, outlet.json). Throws Failure that names the file.
boost::json::object read_report(const std::filesystem::path& file);

/// A finite number of a report, at least `least`. Throws Failure that names file and field.
double number_of(const boost::json::object& report, std::string_view field, double least,
    const std::filesystem::path& file);

} // namespace freshet::worker
