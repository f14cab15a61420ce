#pragma once

#include "jobs/client/new_job.hpp"
#include "jobs/client/typed_call.hpp"
#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace freshet::jobs {

/// What a producer links: puts jobs on queues and follows them. A Receipt that says queued means that Redis
/// holds the job; with an append-only file, on disk by its fsync policy.
///
/// After unknown_fate the jobs may or may not be stored. Give jobs ids of your own and call again: what is
/// stored answers id_taken.
///
/// Thread, executor, errors and cancellation as prep::redis::Connection, which must outlive this and is
/// connected to the queue's database.
class Producer {
public:
    explicit Producer(prep::redis::Connection& redis);

    boost::asio::awaitable<Result<Receipt>> enqueue(NewJob job);

    /// All of them in one round trip, in order, one receipt each. bad_input (an id, a queue name, a run id)
    /// is found before anything is sent and names the job's position.
    boost::asio::awaitable<Result<std::vector<Receipt>>> enqueue_all(std::vector<NewJob> jobs);

    /// Enqueues a job that is due at a time, once by however many callers: nothing if the job of that name
    /// has been enqueued for that time or a later one.
    boost::asio::awaitable<Result<std::optional<Receipt>>> enqueue_periodic(
        NewJob job, std::string name, std::chrono::sys_seconds due);

    /// not_found if there is no such job (or its time to live is over).
    boost::asio::awaitable<Result<JobRecord>> job(std::string id);

    /// Waits until the job has ended. Costs one blocked connection: `blocking` must not be used for anything
    /// else meanwhile. timed_out after `limit`; not_found when the job vanishes (deleted, or result_ttl 0).
    boost::asio::awaitable<Result<Ended>> wait(
        std::string id, prep::redis::Connection& blocking, std::chrono::milliseconds limit);
    /// The same on a connection of its own, made for it.
    boost::asio::awaitable<Result<Ended>> wait(std::string id, std::chrono::milliseconds limit);

private:
    prep::redis::Connection& redis_;
};

} // namespace freshet::jobs
