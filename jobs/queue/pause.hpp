#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace freshet::jobs {

/// While a queue is paused, no job of it starts: claim looks at the mark. What runs goes on, and jobs can be
/// enqueued, canceled and moved to the queue when they are due. RQ knows a pause of all queues only
/// (`rq:suspended`, which its workers heed too); the mark of one queue is ours, and RQ's workers do not see
/// it.
///
/// Thread, executor, errors and cancellation as prep::redis::Connection, connected to the queue's database.
/// Safe to repeat.
struct PauseScope {
    std::vector<std::string> queues; ///< none: all queues
};

/// `limit`: it ends by itself after this time; nothing: only by resume().
boost::asio::awaitable<Result<>> pause_queues(
    prep::redis::Connection& redis, PauseScope scope, std::optional<std::chrono::milliseconds> limit = {});

/// How many of the marks were there.
boost::asio::awaitable<Result<std::size_t>> resume_queues(prep::redis::Connection& redis, PauseScope scope);

} // namespace freshet::jobs
