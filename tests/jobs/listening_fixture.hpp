#pragma once

#include "prep/redis/subscriber.hpp"
#include "tests/support/queue_fixture.hpp"

#include <boost/json/parse.hpp>

namespace freshet::tests {

/// A worker's process that offers slots, without the worker. It shows that it lives, as only then its offers
/// count.
struct ListeningFixture : QueueFixture {
    ListeningFixture() {
        boost::asio::co_spawn(
            context, subscriber.run(), [this](std::exception_ptr) { subscriber_ended = true; });
        listen(jobs::keys::handed("p1"));
    }
    ~ListeningFixture() {
        subscriber.stop();
        run_until(context, [this] { return subscriber_ended; });
    }

    void listen(const std::string& channel) {
        Words channels{channel};
        const auto subscribed = result_of(subscriber.subscribe(std::move(channels)));
        BOOST_TEST_REQUIRE(subscribed.has_value());
    }
    /// Execution for which the process offers a slot now; '' none.
    std::string offered_by(const std::string& process) const {
        const auto text = ask({"GET", jobs::keys::offer(process)});
        if (!text.starts_with("{")) return "";
        return std::string(boost::json::parse(text).at("execution").as_string());
    }
    /// The oldest job that the process finds on its list.
    Result<jobs::ClaimedJob> handed_to(const std::string& process = "p1") {
        prep::redis::Command pop("LPOP", jobs::keys::handed(process));
        const auto popped = wait(redis.call(std::move(pop)));
        return jobs::to_handed_job(popped.text());
    }

    prep::redis::Subscriber subscriber{context.get_executor(), server.settings(), "worker"};
    bool subscriber_ended = false;
};

} // namespace freshet::tests
