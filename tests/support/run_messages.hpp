#pragma once

#include "prep/redis/subscriber.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"

#include <functional>
#include <string>
#include <vector>

namespace freshet::tests {

/// What is published on the run's channels, `<channel> <text>` each, from the moment at which `act` is called
/// until a text holds `last`.
inline std::vector<std::string> run_messages(const RedisServer& server, const std::string& run_id,
    const std::string& last, const std::function<void()>& act) {
    boost::asio::io_context context;
    prep::redis::Subscriber subscriber(context.get_executor(), server.settings());
    std::vector<std::string> messages;
    const auto watch = [&]() -> boost::asio::awaitable<void> {
        std::vector<std::string> patterns{run_id + ":*"};
        (co_await subscriber.subscribe_patterns(std::move(patterns))).value();
        act();
        for (bool ended = false; !ended;) {
            const auto message = (co_await subscriber.next()).value();
            messages.push_back(message.channel + " " + message.payload);
            ended = message.payload.find(last) != std::string::npos;
        }
    };
    run_with(context, watch(), subscriber);
    return messages;
}

} // namespace freshet::tests
