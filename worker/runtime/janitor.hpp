#pragma once

#include "prep/redis/connection.hpp"
#include "prep/store/locks.hpp"
#include "worker/runtime/executor.hpp"

#include <map>
#include <set>
#include <string>

namespace freshet::worker {

/// Brings back what dead workers held: expired leases, ids that stay on an intermediate list between a
/// blocking move and the claim, and what RQ 3.0 releases in two steps. Frees the locks of runs that lost
/// executions held, passes on keys whose holders ended unseen. Drops expired entries of the registries.
/// Every worker has one; they do not hurt each other, since each step is a script that looks again.
class Janitor {
public:
    /// `queue_db`: connected to the queue's database.
    Janitor(prep::redis::Connection& queue_db, jobs::WorkQueue& queue, prep::Locks& locks, int most_reaped);

    /// Until cancelled.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<void> reap_expired_leases();
    boost::asio::awaitable<void> free_locks_of(const jobs::Reaped& reaped);
    boost::asio::awaitable<void> return_stuck_ids(const std::string& queue);
    boost::asio::awaitable<void> enqueue_ready(const std::string& queue);
    boost::asio::awaitable<void> trim_registries(const std::string& queue);
    bool has_been_connected_for_a_lease();

    prep::redis::Connection& redis_;
    jobs::WorkQueue& queue_;
    prep::Locks& locks_;
    int most_reaped_;
    std::map<std::string, std::set<std::string>>
        seen_; ///< queue -> ids on its intermediate list at the last look
    std::uint64_t connection_ = 0;
    std::chrono::steady_clock::time_point connected_at_;
};

} // namespace freshet::worker
