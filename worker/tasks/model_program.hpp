#pragma once

#include "prep/async/group.hpp"
#include "prep/store/status_messenger.hpp"
#include "worker/process/child.hpp"
#include "worker/process/success.hpp"
#include "worker/runtime/task.hpp"
#include "worker/settings.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace freshet::worker {

/// A configured program as a child to be: path, its extra arguments, limits. The task adds its own arguments,
/// the folder, the log and the answers.
ChildSpec child_of(const Program& program);

/// Runs programs of one task and tells the watchers of its run what they print, on the panel's channel: at
/// most 20 lines a second, however many programs that are. Use it as the task uses its context.
class WatchedPrograms {
public:
    WatchedPrograms(TaskContext& context, std::string panel);

    /// As run_child(); returns when what it has passed on is told.
    boost::asio::awaitable<Result<ChildOutcome>> run(ChildSpec spec);

private:
    bool may_tell();

    TaskContext& context_;
    std::string panel_;
    prep::StatusMessenger watchers_;
    prep::CoroutineGroup telling_;
    std::chrono::steady_clock::time_point second_began_{};
    int told_in_second_ = 0;
};

/// A program to run in a scratch folder, and what it must leave behind to be believed.
struct ModelRun {
    ChildSpec child; ///< its working directory is the scratch folder
    SuccessText success;
    std::vector<std::filesystem::path> outputs; ///< relative to the working directory
};

/// Runs a program to its end, watched on the panel. Throws Failure, with the last lines of the log, unless it
/// exited with 0, its log holds the success text, and each output is there, not empty and written since the
/// start. What the outputs hold is the task's to check. Cancelled as run_child() is.
boost::asio::awaitable<ChildOutcome> run_model(TaskContext& context, std::string panel, ModelRun run);

/// The job's result as every model task gives it: `program` (file name), `wall_s`, `cpu_s` and
/// `peak_memory_kib`, after the task's own fields.
boost::json::object with_usage(boost::json::object result, const ChildOutcome& outcome);

} // namespace freshet::worker
