#include "prep/redis/connection.hpp"

#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using tests::RedisServer;
using tests::run_with;

/// A server and one connection to it.
struct Fixture {
    RedisServer server;
    asio::io_context context;
    Connection redis{context.get_executor(), server.settings(), {.database = 9, .name = "test"}};
};

asio::awaitable<void> check_that_it_answers(Connection& redis) {
    const auto stored = co_await redis.call(Command("SET", "key", "value"));
    BOOST_REQUIRE(stored.has_value());
    BOOST_TEST(stored->text() == "OK");
    const auto read = co_await redis.call(Command("GET", "key"));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->text() == "value");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(connection, Fixture)

BOOST_AUTO_TEST_CASE(a_call_returns_its_reply) {
    run_with(context, check_that_it_answers(redis), redis);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
