#pragma once

#include "prep/redis/subscriber.hpp"
#include "tests/support/queue_fixture.hpp"

namespace freshet::tests {

/// Somebody listens on RQ's channel of a slot, as a worker's process does all its life: only then do its
/// offers count.
struct ListeningFixture : QueueFixture {
    ListeningFixture() {
        boost::asio::co_spawn(
            context, subscriber.run(), [this](std::exception_ptr) { subscriber_ended = true; });
        listen("host.1.1");
    }
    ~ListeningFixture() {
        subscriber.stop();
        run_until(context, [this] { return subscriber_ended; });
    }

    void listen(const std::string& slot) {
        Words channels{"rq:pubsub:" + slot};
        const auto subscribed = result_of(subscriber.subscribe(std::move(channels)));
        BOOST_TEST_REQUIRE(subscribed.has_value());
    }

    prep::redis::Subscriber subscriber{context.get_executor(), server.settings(), "worker"};
    bool subscriber_ended = false;
};

} // namespace freshet::tests
