#pragma once

#include "prep/redis/subscriber.hpp"
#include "worker/runtime/executor.hpp"

#include <functional>
#include <string>

namespace freshet::worker {

/// Heeds what concerns this process on Redis' channels. What RQ's tools publish for a worker
/// (`rq:pubsub:<worker name>`): stop-job, stop-execution, kill-horse, shutdown; a command that is published
/// while the connection is down is lost, as in RQ, but a stop or a drain by ours leaves a mark too, which the
/// heartbeat or the registration sees. And what other workers set aside for want of a slot
/// (`freshet:aside:<queue>`). Whoever asks Redis who is subscribed to `sign_of_life` learns whether the
/// process lives.
class Commands {
public:
    struct Actions {
        std::function<void()> shutdown;
        std::function<void()> look_again; ///< something was set aside
    };
    Commands(boost::asio::any_io_executor executor, const prep::redis::Settings& settings, Executor& jobs,
        std::vector<std::string> queues, std::string sign_of_life, Actions actions);

    /// Until stop().
    boost::asio::awaitable<void> run();
    void stop();

private:
    boost::asio::awaitable<void> heed();
    void obey(const std::string& worker, const std::string& command);

    prep::redis::Subscriber subscriber_;
    Executor& jobs_;
    std::vector<std::string> queues_;
    std::string sign_of_life_;
    Actions actions_;
    prep::CoroutineGroup connection_;
};

} // namespace freshet::worker
