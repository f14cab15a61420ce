#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace freshet::jobs {

/// What the workers of a process have in common. RQ's worker runs one job at a time, so each slot is a
/// worker.
struct WorkerProcess {
    std::vector<std::string> names; ///< of the slots: `<hostname>.<pid>.<slot>`
    std::vector<std::string> queues;
    std::int64_t pid = 0;
    std::string hostname;
    std::string ip_address; ///< '' if unknown
    std::string version;
};

/// What a worker is doing, and what it has done since the last report.
struct WorkerReport {
    enum class State { idle, busy, suspended };

    std::string name;
    State state = State::idle;
    std::string job_id = {};             ///< '' : none
    std::chrono::milliseconds working{}; ///< at that job so far
    int finished = 0;
    int failed = 0;
    std::chrono::milliseconds worked{}; ///< on jobs that ended
};

/// What an operator wants of the process.
enum class Order { work_on, drain };

/// The entries by which RQ's tools (`rq info`, dashboards, stop commands) know the workers of this process.
/// An entry lives 480 s after the last report when idle, 90 s when busy.
///
/// Thread, executor, errors and cancellation as prep::redis::Connection, which must outlive this and is
/// connected to the queue's database. report() must not be repeated after unknown_fate with the same counts.
class WorkerRegistry {
public:
    WorkerRegistry(prep::redis::Connection& redis, WorkerProcess process);

    /// All names or none. conflict names the one that a living worker has.
    boost::asio::awaitable<Result<>> register_all();

    /// One call for the whole process. Registers anew what has expired meanwhile (Redis was away). `drain` if
    /// that was asked of any of its workers since they registered.
    boost::asio::awaitable<Result<Order>> report(std::vector<WorkerReport> reports);

    /// Notes their death; the entries go a minute later.
    boost::asio::awaitable<Result<>> unregister_all();

    const WorkerProcess& process() const noexcept { return process_; }

private:
    boost::asio::awaitable<Result<>> register_these(std::vector<std::string> names);

    prep::redis::Connection& redis_;
    WorkerProcess process_;
};

} // namespace freshet::jobs
