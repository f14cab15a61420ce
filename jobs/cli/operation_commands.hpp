#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <iosfwd>
#include <string>
#include <vector>

/// What an operator does to jobs. Exit codes and errors as in commands.hpp; each prints a line a job, `<id>
/// <what>`, and returns not_found or conflict if any of them could not be done.
namespace freshet::jobs::cli {

/// Cancels a job with its tree: children named in its meta, and what waits for it.
boost::asio::awaitable<int> cancel(prep::redis::Connection& redis, std::string job_id, std::ostream& out);
/// Stops running jobs.
boost::asio::awaitable<int> stop(
    prep::redis::Connection& redis, std::vector<std::string> ids, std::ostream& out);
/// Puts failed jobs back on their queues.
boost::asio::awaitable<int> requeue(
    prep::redis::Connection& redis, std::vector<std::string> ids, std::ostream& out);
/// All failed jobs of a queue.
boost::asio::awaitable<int> requeue_all(prep::redis::Connection& redis, std::string queue, std::ostream& out);
/// Deletes jobs in any state.
boost::asio::awaitable<int> remove(
    prep::redis::Connection& redis, std::vector<std::string> ids, std::ostream& out);

} // namespace freshet::jobs::cli
