#pragma once

#include "worker/process/child.hpp"
#include "worker/process/success.hpp"
#include "worker/settings.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/json/object.hpp>

#include <filesystem>
#include <vector>

namespace freshet::worker {

/// A configured program as a child to be: path, its extra arguments, limits. The task adds its own arguments,
/// the folder, the log and the answers.
ChildSpec child_of(const Program& program);

/// A program to run in a scratch folder, and what it must leave behind to be believed.
struct ModelRun {
    ChildSpec child; ///< its working directory is the scratch folder
    SuccessText success;
    std::vector<std::filesystem::path> outputs; ///< relative to the working directory
};

/// Runs a program to its end. Throws Failure, with the last lines of the log, unless it exited with 0, its
/// log holds the success text, and each output is there, not empty and written since the start. What the
/// outputs hold is the task's to check. Cancelled as run_child() is.
boost::asio::awaitable<ChildOutcome> run_model(boost::asio::thread_pool& cpu, ModelRun run);

/// The job's result as every model task gives it: `program` (file name), `wall_s`, `cpu_s` and
/// `peak_memory_kib`, after the task's own fields.
boost::json::object with_usage(boost::json::object result, const ChildOutcome& outcome);

} // namespace freshet::worker
