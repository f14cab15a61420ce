#pragma once

#include "jobs/queue/call.hpp"
#include "jobs/queue/work_queue.hpp"
#include "prep/logging.hpp"
#include "prep/redis/connection.hpp"
#include "prep/store/controllers.hpp"
#include "worker/runtime/execution.hpp"
#include "worker/settings.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker {

/// What the worker lends to its tasks. Outlives them.
struct TaskServices {
    const Settings& settings;
    prep::redis::Connection& runs;     ///< connected to the runs' database
    prep::redis::Connection& queue_db; ///< connected to the queue's database
    jobs::WorkQueue& queue;
    boost::asio::thread_pool& cpu; ///< for work that would hold up the I/O thread (prep/async/offload.hpp)
    prep::Locks& locks;
    prep::Controllers& controllers;      ///< tasks/run_update.hpp says how a task uses these two
    prep::redis::Connection& log_levels; ///< connected to the database of log levels
};

/// One execution, as its task sees it. Lives as long as the task runs; use it on the worker's executor only.
class TaskContext {
public:
    TaskContext(Execution& execution, const TaskServices& services)
        : execution_(execution), services_(services) {}

    /// `build_climate`: the job's function without dots and `_rq`.
    std::string_view task() const { return execution_.call().task(); }
    const std::string& job_id() const { return execution_.lease().job_id; }
    const std::string& execution_id() const { return execution_.lease().execution; }
    /// The queue that the job came from.
    const std::string& queue() const { return execution_.lease().queue; }
    const boost::json::array& args() const { return execution_.call().args; }
    const boost::json::object& kwargs() const { return execution_.call().kwargs; }
    /// '' for a task that is not on a run.
    const std::string& run_id() const { return execution_.run_id(); }
    /// The span that this execution is, if its producer traces it.
    const std::optional<Trace>& trace() const { return execution_.trace(); }
    std::filesystem::path run_dir() const { return services_.settings.runs_root / run_id(); }
    prep::Run run() const { return {.id = run_id(), .dir = run_dir()}; }
    const TaskServices& services() const { return services_; }
    LogContext log_context() const { return execution_.log_context(); }

    /// Makes sure, by asking Redis, that this execution still holds its lease, and renews it. Before a task
    /// publishes files it must ask. While Redis is away it waits. Throws Failure (lease_lost) if another has
    /// taken over.
    boost::asio::awaitable<void> confirm_lease();

    /// confirm_lease() for code on the CPU pool (never on the I/O thread): blocks until Redis has answered;
    /// false if the lease is gone or the execution was told to stop. Valid as long as this context.
    std::function<bool()> lease_check();

    /// Has the job's record and result kept at least that long after a success, whatever its producer has
    /// asked for.
    void keep_result(std::chrono::seconds at_least) { execution_.keep_at_least(at_least); }

    /// worker::run_child() for this execution: the child knows the trace (TRACEPARENT), and how it ended is
    /// on record if the execution fails.
    boost::asio::awaitable<Result<ChildOutcome>> run_child(ChildSpec spec);

    /// Publishes `rq:<job id> STATUS <text>` on `<run id>:<panel>`. A status that cannot be sent is dropped.
    boost::asio::awaitable<void> tell(std::string panel, std::string text);

private:
    Execution& execution_;
    const TaskServices& services_;
};

/// A task: runs under a lease, on the I/O thread, and returns the job's result (JSON). To fail it throws
/// Failure; any other exception fails the job too. It is cancelled (terminal) at the time limit, at a stop
/// and when the lease is lost, and returns only when everything that it started has ended.
using TaskFunction = std::function<boost::asio::awaitable<boost::json::value>(TaskContext&)>;

/// Runs the rest of an execution: further middleware, then the task.
using Next = std::function<boost::asio::awaitable<boost::json::value>()>;

/// What is done around every execution: it may look at or change the result, wait, or fail the job by
/// throwing instead of calling `next`, which it calls once at most. Cancelled as the task is.
using Middleware = std::function<boost::asio::awaitable<boost::json::value>(TaskContext&, Next next)>;

struct TaskDefinition {
    enum class Scope {
        free,  ///< any arguments, touches no run
        on_run ///< the first argument is a run id; completion stamps the run and drops its stale caches
    };
    Scope scope = Scope::free;
    TaskFunction run;
    SlotKind slot = SlotKind::cpu;
    /// The controller that it writes: one such execution at a time on a run; the others wait for their turn
    /// without a slot. '' : none.
    std::string writes{};
    /// Panel on whose channel start and end are told, where the catalogue of tasks does not say; '' : rq.
    std::string panel{};
    /// The run's folder in which it makes scratch folders; before it starts, those of executions that are
    /// over are removed there. Empty: none.
    std::filesystem::path scratch{};
};

/// The tasks that a worker knows, by name: the last dotted part of the job's function, with or without `_rq`.
class TaskTable {
public:
    void add(std::string name, TaskDefinition definition);
    /// not_found lists what is known.
    Result<const TaskDefinition*> find(const jobs::Call& call) const;

    /// Puts something around every task, within what was put there before.
    void wrap(Middleware middleware) { middleware_.push_back(std::move(middleware)); }
    const std::vector<Middleware>& middleware() const { return middleware_; }

private:
    std::vector<Middleware> middleware_;
    std::map<std::string, TaskDefinition, std::less<>> tasks_;
};

} // namespace freshet::worker
