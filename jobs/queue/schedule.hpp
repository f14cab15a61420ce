#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace freshet::jobs {

struct MovedDue {
    std::size_t jobs = 0;
    /// When to call again, by the clock of Redis; in the past if the limit was reached. Nothing: nothing is
    /// scheduled on queues whose lock this scheduler holds.
    std::optional<std::chrono::sys_seconds> next_due;
};

/// Puts jobs on their queues when their time has come: those enqueued for later and those that wait for
/// another attempt. Holds RQ's scheduler lock of each queue that has any, so that RQ's own scheduler can run
/// beside it; a lock expires 61 s after the last call.
///
/// Thread, executor, errors and cancellation as prep::redis::Connection, which must outlive this and is
/// connected to the queue's database. Safe to repeat.
class Schedule {
public:
    Schedule(prep::redis::Connection& redis, std::vector<std::string> queues);

    /// Moves what is due, at most `limit` jobs a queue. Call it at `next_due`, and every few seconds to
    /// notice what is scheduled meanwhile and to keep the locks.
    boost::asio::awaitable<Result<MovedDue>> move_due(std::size_t limit = 500);

    /// Gives the locks up, so that others take over at once.
    boost::asio::awaitable<Result<>> leave();

private:
    prep::redis::Connection& redis_;
    std::vector<std::string> queues_;
    std::string name_;
};

} // namespace freshet::jobs
