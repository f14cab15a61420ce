#include "prep/redis/subscriber.hpp"
#include "tests/support/run_coroutine.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;
using namespace freshet::tests;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Everything that is published on the run's channels until `last` has come.
asio::awaitable<std::vector<std::string>> messages_until(
    prep::redis::Subscriber& subscriber, std::string last, std::function<void()> when_subscribed) {
    std::vector<std::string> patterns{"r1:*"};
    const auto subscribed = co_await subscriber.subscribe_patterns(std::move(patterns));
    BOOST_REQUIRE(subscribed.has_value());
    when_subscribed();
    std::vector<std::string> messages;
    while (messages.empty() || !contains(messages.back(), last)) {
        const auto message = co_await subscriber.next();
        messages.push_back(message.value().channel + " " + message.value().payload);
    }
    co_return messages;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(status_channels, WorkerFixture)

BOOST_AUTO_TEST_CASE(watchers_of_the_run_read_its_start_and_its_end) {
    make_run("r1");
    const auto worker = start_worker();
    asio::io_context context;
    prep::redis::Subscriber subscriber(context.get_executor(), server.settings());
    std::string job;
    std::vector<std::string> messages;
    const auto watch = [&]() -> asio::awaitable<void> {
        messages = co_await messages_until(subscriber, "TRIGGER", [&] {
            job = enqueue({"build_climate", "r1"});
        });
    };
    run_with(context, watch(), subscriber);

    const std::vector<std::string> expected{
        "r1:climate rq:" + job + " STARTED build_climate_rq(r1)",
        "r1:climate rq:" + job + " STATUS 2 years from station climate/seattle.par",
        "r1:climate rq:" + job + " COMPLETED build_climate_rq(r1)",
        "r1:rq {\"job\":\"" + job + "\",\"status\":\"success\"}",
        "r1:climate rq:" + job + " TRIGGER   climate CLIMATE_BUILD_TASK_COMPLETED",
    };
    BOOST_TEST(messages == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
