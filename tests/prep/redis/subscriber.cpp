#include "prep/redis/subscriber.hpp"

#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/test/unit_test.hpp>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::experimental::awaitable_operators::operator||;
using tests::RedisServer;
using tests::run_with;
using Names = std::vector<std::string>;

template <class... Name>
Names names(Name... name) {
    return {name...};
}

struct Fixture {
    asio::awaitable<void> subscribe(Names channels) {
        const auto subscribed = co_await subscriber.subscribe(std::move(channels));
        BOOST_REQUIRE_MESSAGE(subscribed.has_value(), subscribed.error().message);
    }
    asio::awaitable<Message> next() {
        auto message = co_await subscriber.next();
        if (!message) throw Failure(message.error());
        co_return std::move(*message);
    }
    asio::awaitable<void> check_next(std::string channel, std::string payload) {
        const auto message = co_await next();
        BOOST_TEST(message.channel == channel);
        BOOST_TEST(message.payload == payload);
    }

    RedisServer server;
    asio::io_context context;
    Subscriber subscriber{context.get_executor(), server.settings()};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(subscriber, Fixture)

BOOST_AUTO_TEST_CASE(messages_arrive_in_order_on_their_channels) {
    const auto body = [&]() -> asio::awaitable<void> {
        co_await subscribe(names("run:wepp"));
        co_await subscribe(names("run:rq"));
        server.command({"PUBLISH", "run:wepp", "one"});
        server.command({"PUBLISH", "elsewhere", "not for us"});
        server.command({"PUBLISH", "run:rq", std::string("t\0wo", 4)});
        co_await check_next("run:wepp", "one");
        co_await check_next("run:rq", std::string("t\0wo", 4));
    };
    run_with(context, body(), subscriber);
}

BOOST_AUTO_TEST_CASE(a_pattern_is_named_beside_the_channel_that_it_matched) {
    const auto body = [&]() -> asio::awaitable<void> {
        const auto subscribed = co_await subscriber.subscribe_patterns(names("run:*"));
        BOOST_REQUIRE(subscribed.has_value());
        server.command({"PUBLISH", "run:climate", "text"});
        const auto message = co_await next();
        BOOST_TEST(message.channel == "run:climate");
        BOOST_TEST(message.pattern == "run:*");
        BOOST_TEST(message.payload == "text");
    };
    run_with(context, body(), subscriber);
}

BOOST_AUTO_TEST_CASE(nothing_arrives_after_unsubscribe) {
    const auto body = [&]() -> asio::awaitable<void> {
        co_await subscribe(names("a", "b"));
        const auto left = co_await subscriber.unsubscribe(names("a"));
        BOOST_REQUIRE(left.has_value());
        server.command({"PUBLISH", "a", "unheard"});
        server.command({"PUBLISH", "b", "heard"});
        co_await check_next("b", "heard");
        const auto never_subscribed = co_await subscriber.unsubscribe(names("c"));
        BOOST_TEST(never_subscribed.has_value());
    };
    run_with(context, body(), subscriber);
}

BOOST_AUTO_TEST_CASE(a_restart_of_the_server_is_reported_once_and_then_messages_arrive_again) {
    const auto body = [&]() -> asio::awaitable<void> {
        co_await subscribe(names("a", "b"));
        server.kill();
        server.start();
        const auto restored = co_await subscriber.next();
        BOOST_REQUIRE(restored.has_error());
        BOOST_TEST((restored.error().code == Errc::unavailable));
        BOOST_TEST(restored.error().message.find("subscription restored") != std::string::npos);
        server.command({"PUBLISH", "b", "again"});
        server.command({"PUBLISH", "a", "and again"});
        co_await check_next("b", "again");
        co_await check_next("a", "and again");
    };
    run_with(context, body(), subscriber);
}

BOOST_AUTO_TEST_CASE(without_a_server_subscribe_is_unavailable_and_made_up_for_later) {
    server.kill();
    auto settings = server.settings();
    settings.command_timeout = 20ms;
    Subscriber patient(context.get_executor(), settings);
    const auto body = [&]() -> asio::awaitable<void> {
        const auto away = co_await patient.subscribe(names("a"));
        BOOST_REQUIRE(away.has_error());
        BOOST_TEST((away.error().code == Errc::unavailable));
        BOOST_TEST(away.error().message.find("connect: ") != std::string::npos, away.error().message);
        server.start();
        co_await tests::until([&] { return server.command({"PUBLISH", "a", "late"}) == "1"; });
        const auto message = co_await patient.next();
        BOOST_REQUIRE(message.has_value());
        BOOST_TEST(message->payload == "late");
    };
    run_with(context, body(), patient);
}

BOOST_AUTO_TEST_CASE(a_refused_subscription_is_told_and_the_others_stay) {
    server.command({"ACL", "SETUSER", "default", "resetchannels", "&open"});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto refused = co_await subscriber.subscribe(names("open", "secret"));
        BOOST_REQUIRE(refused.has_error());
        BOOST_TEST((refused.error().code == Errc::refused));
        BOOST_TEST(refused.error().message.starts_with("SUBSCRIBE secret: NOPERM"), refused.error().message);
        server.command({"PUBLISH", "open", "text"});
        co_await check_next("open", "text");
    };
    run_with(context, body(), subscriber);
}

BOOST_AUTO_TEST_CASE(a_slow_reader_gets_the_newest_10000_messages) {
    const auto body = [&]() -> asio::awaitable<void> {
        co_await subscribe(names("a"));
        server.command({"EVAL", "for i = 1, 10500 do redis.call('PUBLISH', 'a', i) end", "0"});
        server.command({"PUBLISH", "a", "end"});
        int read = 0;
        std::string first;
        // The reader starts when all have arrived: a message to a second subscription tells so.
        co_await subscribe(names("b"));
        for (auto message = co_await next(); message.payload != "end"; message = co_await next()) {
            if (first.empty()) first = message.payload;
            ++read;
        }
        BOOST_TEST(read == 9'999);
        BOOST_TEST(first == "502");
    };
    run_with(context, body(), subscriber);
}

BOOST_AUTO_TEST_CASE(a_dead_network_is_noticed_and_the_subscription_restored) {
    tests::TcpProxy proxy(context.get_executor(), server.socket());
    auto settings = server.settings();
    settings.unix_socket.clear();
    settings.host = "127.0.0.1";
    settings.port = proxy.port();
    settings.idle_ping_interval = 20ms;
    settings.command_timeout = settings.connect_timeout = 200ms;
    Subscriber remote(context.get_executor(), settings);
    const auto body = [&]() -> asio::awaitable<void> {
        const auto subscribed = co_await remote.subscribe(names("a"));
        BOOST_REQUIRE(subscribed.has_value());
        proxy.hold();
        co_await tests::until([&] { return proxy.accepted() > 1; });
        proxy.release();
        const auto restored = co_await remote.next();
        BOOST_REQUIRE(restored.has_error());
        BOOST_TEST((restored.error().code == Errc::unavailable));
    };
    run_with(context, body(), remote, proxy);
}

BOOST_AUTO_TEST_CASE(next_ends_with_cancellation_and_with_stop) {
    const auto body = [&]() -> asio::awaitable<void> {
        co_await subscribe(names("a"));
        asio::steady_timer soon(context, 5ms);
        co_await (subscriber.next() || soon.async_wait(asio::use_awaitable));
        server.command({"PUBLISH", "a", "after"});
        co_await check_next("a", "after");
        subscriber.stop();
        const auto stopped = co_await subscriber.next();
        BOOST_TEST((stopped.error().code == Errc::canceled));
        const auto refused = co_await subscriber.subscribe(names("b"));
        BOOST_TEST((refused.error().code == Errc::canceled));
    };
    run_with(context, body(), subscriber);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
