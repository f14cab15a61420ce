#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace freshet::jobs {

enum class Canceled {
    canceled, ///< it will not start
    stopping, ///< it was running: its worker has been told; it stays canceled (a worker of RQ: stopped)
    ended,    ///< it had ended before: nothing was changed
    gone,     ///< there is no such job
};

enum class Requeued {
    queued,
    absent, ///< it is not in the failed registry: nothing was changed
    gone,
};

enum class Stopped {
    asked, ///< its worker stops it now, or at its next heartbeat
    idle,  ///< it does not run
    gone,
};

enum class Deleted {
    deleted,
    awaited, ///< other jobs wait for it: nothing was changed
    gone,
};

enum class Drained {
    asked, ///< its process drains now
    noted, ///< it does not listen now: it drains when it reports again, unless it is dead
    deaf,  ///< it is gone, or a worker of RQ that does not listen now
};

/// What an operator does to jobs and workers. Each call is one script, so one atomic step, with one answer
/// for each id, in order; all are safe to repeat. Thread, executor, errors and cancellation as
/// prep::redis::Connection, which must outlive this and is connected to the queue's database.
class Operations {
public:
    using Ids = std::vector<std::string>;
    enum class Place { back, front };

    /// `by`: who asks, for the record of what is stopped.
    explicit Operations(prep::redis::Connection& redis, std::string by = this_user())
        : redis_(redis), by_(std::move(by)) {}

    /// `<user>@<host>`.
    static std::string this_user();

    /// Cancels jobs in any state before their end. Searches the queue's list for those that are queued.
    boost::asio::awaitable<Result<std::vector<Canceled>>> cancel(Ids ids);

    struct TreeMember {
        std::string job_id;
        Canceled what = Canceled::gone;
    };
    /// Cancels a job and, then, all that hangs on it: its children() and theirs. The job itself comes first.
    /// A parent is canceled before its children are looked up, so that one that is still enqueuing them
    /// stops. At most 10,000 jobs.
    boost::asio::awaitable<Result<std::vector<TreeMember>>> cancel_tree(std::string id);

    /// Puts failed and stopped jobs back on the queues that they came from.
    boost::asio::awaitable<Result<std::vector<Requeued>>> requeue(Ids ids, Place place = Place::back);
    /// All that are in the queue's failed registry when it is called; how many were queued.
    boost::asio::awaitable<Result<std::size_t>> requeue_all(std::string queue);

    /// Stops running jobs: they end as `stopped` in the failed registry.
    boost::asio::awaitable<Result<std::vector<Stopped>>> stop(Ids ids);

    /// Deletes jobs in any state; one that runs is stopped and leaves no record.
    boost::asio::awaitable<Result<std::vector<Deleted>>> remove(Ids ids);

    /// Drains the processes of these workers: no new jobs, and an end when theirs have ended.
    boost::asio::awaitable<Result<std::vector<Drained>>> drain(std::vector<std::string> workers);

    /// The jobs that hang on one: the children that its meta names (`jobs:<order>,func:<name>` = id), and
    /// those that wait for it. Some may be gone.
    boost::asio::awaitable<Result<Ids>> children(std::string id);

private:
    prep::redis::Connection& redis_;
    std::string by_;
};

} // namespace freshet::jobs
