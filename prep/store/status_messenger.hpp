#pragma once

#include "prep/logging.hpp"
#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace freshet::prep {

/// Tells the watchers of a run what a job does (texts: status_messages.hpp). Nobody may be listening and
/// Redis may be away: what could not be told is logged at debug level and forgotten.
///
/// Thread, executor and cancellation as redis::Connection. Any database will do: pub/sub has none.
class StatusMessenger {
public:
    StatusMessenger(redis::Connection& redis, std::string run_id, std::string job_id)
        : redis_(redis), run_id_(std::move(run_id)), job_id_(std::move(job_id)) {}

    /// On the panel's channel, `<run id>:<panel>`.
    boost::asio::awaitable<void> started(std::string panel, std::string function);
    boost::asio::awaitable<void> completed(std::string panel, std::string function);
    boost::asio::awaitable<void> exception(std::string panel, std::string function);
    boost::asio::awaitable<void> note(std::string panel, std::string text);
    boost::asio::awaitable<void> trigger(std::string panel, std::string event);
    /// A line of a program's output, as it is.
    boost::asio::awaitable<void> line(std::string panel, std::string text);
    /// On `<run id>:rq`: success, failed or exception.
    boost::asio::awaitable<void> life_cycle(std::string status);

private:
    boost::asio::awaitable<void> publish(std::string panel, std::string text);

    redis::Connection& redis_;
    std::string run_id_;
    std::string job_id_;
};

/// What a run's users have set as its log level (`loglevel:<run id>`). info if there is none, if it is no
/// level, or if Redis is away. `levels` must be connected to the database of log levels.
boost::asio::awaitable<Severity> log_level_of(redis::Connection& levels, std::string run_id);

} // namespace freshet::prep
