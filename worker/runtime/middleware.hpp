#pragma once

#include "worker/runtime/task.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace freshet::worker {

/// Runs a task within a chain, the first of the chain outermost. All arguments outlive the coroutine.
boost::asio::awaitable<boost::json::value> run_within(
    const std::vector<Middleware>& chain, TaskContext& context, const TaskFunction& task);

/// Logs the span of each execution whose producer sent a `traceparent`: ids, how long, how it ended.
Middleware tracing();

/// Counts what the tasks of a process did. Not thread-safe: the worker's executor.
class TaskMetrics {
public:
    struct Counts {
        std::int64_t finished = 0;
        std::int64_t failed = 0; ///< or stopped
        std::chrono::milliseconds worked{};
    };

    /// This must outlive the executions.
    Middleware counting();
    /// By task.
    const std::map<std::string, Counts>& counts() const noexcept { return counts_; }

private:
    boost::asio::awaitable<boost::json::value> count(TaskContext& context, Next next);

    std::map<std::string, Counts> counts_;
};

/// Lets at most one execution of `task` start in each `interval`, in this process; the others wait in their
/// slots. Tasks that wait for a service with a quota need it.
Middleware at_most_every(std::string task, std::chrono::milliseconds interval);

} // namespace freshet::worker
