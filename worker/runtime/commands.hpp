#pragma once

#include "prep/redis/subscriber.hpp"
#include "worker/runtime/executor.hpp"

#include <functional>
#include <string>

namespace freshet::worker {

/// Heeds what RQ's tools publish for a worker (`rq:pubsub:<worker name>`): stop-job, stop-execution,
/// kill-horse, shutdown. A command that is published while the connection is down is lost, as in RQ; a stop
/// by ours leaves a mark too, which the heartbeat sees.
class Commands {
public:
    Commands(boost::asio::any_io_executor executor, const prep::redis::Settings& settings, Executor& jobs,
        std::function<void()> shutdown);

    /// Until stop().
    boost::asio::awaitable<void> run();
    void stop();

private:
    boost::asio::awaitable<void> heed();
    void obey(const std::string& worker, const std::string& command);

    prep::redis::Subscriber subscriber_;
    Executor& jobs_;
    std::function<void()> shutdown_;
    prep::CoroutineGroup connection_;
};

} // namespace freshet::worker
