#pragma once

#include "jobs/client/producer.hpp"
#include "jobs/queue/timetable.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace freshet::worker {

/// A job that is enqueued again and again.
struct PeriodicJob {
    std::string name; ///< of all workers' jobs with this name one is enqueued: the line it stands in
    jobs::Timetable timetable;
    jobs::NewJob job;
};

/// Reads lines `<timetable> <queue> <function> [<arguments: a JSON list>]`, as in a crontab; empty lines and
/// those that begin with # are left out:
///
///     0 3 * * mon-fri  default  wepppy.rq.archive_old_rq  ["/runs"]
///     every 15m        low      freshet.noop
///
/// bad_input names the file, and the line if it could be read.
Result<std::vector<PeriodicJob>> read_periodic_jobs(const std::filesystem::path& file);

/// What is due when. Times that nobody looked at (no worker ran) are passed over but the last one.
class PeriodicPlan {
public:
    /// `start`: what was due up to then is not made up for.
    PeriodicPlan(std::vector<PeriodicJob> jobs, std::chrono::sys_seconds start);

    struct Due {
        const PeriodicJob* job; ///< of the plan
        std::chrono::sys_seconds time;
    };
    /// What has become due since the last call.
    std::vector<Due> take_due(std::chrono::sys_seconds now);
    bool empty() const { return jobs_.empty(); }

private:
    std::vector<PeriodicJob> jobs_;
    std::vector<std::chrono::sys_seconds> next_;
};

/// Enqueues the settings' periodic jobs. Every worker of a farm may have them: Redis keeps the last time of
/// each, so that each is enqueued once.
class Periodic {
public:
    /// `queue_db`: connected to the queue's database.
    Periodic(prep::redis::Connection& queue_db, std::vector<PeriodicJob> jobs);

    /// Until cancelled.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<void> enqueue(PeriodicPlan::Due due);

    prep::redis::Connection& redis_;
    jobs::Producer producer_;
    PeriodicPlan plan_;
};

} // namespace freshet::worker
