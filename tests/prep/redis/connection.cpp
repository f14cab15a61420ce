#include "prep/redis/connection.hpp"

#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <numeric>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using asio::experimental::awaitable_operators::operator||;
using tests::all;
using tests::RedisServer;
using tests::run_with;

constexpr CallOptions patient{.timeout = std::chrono::hours(1)};

/// A server and one connection to it.
struct Fixture {
    RedisServer server;
    asio::io_context context;
    Connection redis{context.get_executor(), server.settings(), {.database = 9, .name = "test"}};
};

asio::awaitable<std::string> text_of_call(Connection& redis, Command command) {
    const auto reply = co_await redis.call(std::move(command));
    if (!reply) throw Failure(reply.error());
    co_return std::string(reply->text());
}

asio::awaitable<std::int64_t> integer_of_call(Connection& redis, Command command) {
    const auto reply = co_await redis.call(std::move(command));
    if (!reply) throw Failure(reply.error());
    co_return reply->integer();
}

asio::awaitable<void> store_and_read(Connection& redis, std::string value) {
    const auto stored = co_await text_of_call(redis, Command("SET", "key", value));
    BOOST_TEST(stored == "OK");
    const auto read = co_await text_of_call(redis, Command("GET", "key"));
    BOOST_TEST((read == value), "the value came back changed, " << read.size() << " of " << value.size());
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(connection, Fixture)

BOOST_AUTO_TEST_CASE(a_call_returns_its_reply) {
    run_with(context, store_and_read(redis, "value"), redis);
}

BOOST_AUTO_TEST_CASE(arguments_may_hold_any_byte) {
    std::string every_byte(256, '\0');
    std::iota(every_byte.begin(), every_byte.end(), '\0');
    run_with(context, store_and_read(redis, every_byte + "\r\n$3\r\n"), redis);
    Connection again(context.get_executor(), server.settings(), {});
    run_with(context, store_and_read(again, ""), again);
}

BOOST_AUTO_TEST_CASE(a_value_of_10_megabytes_passes_unharmed) {
    std::string big(10'000'000, 'x');
    for (std::size_t i = 0; i < big.size(); i += 997)
        big[i] = static_cast<char>('a' + i % 26);
    run_with(context, store_and_read(redis, big), redis);
}

BOOST_AUTO_TEST_CASE(each_of_10000_callers_at_once_gets_its_own_reply) {
    std::size_t right = 0;
    const auto echo = [&](int number) -> asio::awaitable<void> {
        const auto text = co_await text_of_call(redis, Command("ECHO", number));
        if (text == std::to_string(number)) ++right;
    };
    std::vector<asio::awaitable<void>> callers;
    for (int number = 0; number < 10'000; ++number)
        callers.push_back(echo(number));
    run_with(context, all(std::move(callers)), redis);
    BOOST_TEST(right == 10'000U);
}

BOOST_AUTO_TEST_CASE(commands_are_executed_in_the_order_of_the_calls) {
    const auto push = [&](int number) -> asio::awaitable<void> {
        co_await integer_of_call(redis, Command("RPUSH", "list", number));
    };
    std::vector<asio::awaitable<void>> callers;
    std::string expected;
    for (int number = 0; number < 1'000; ++number) {
        callers.push_back(push(number));
        if (number > 0) expected += '\n';
        expected += std::to_string(number);
    }
    run_with(context, all(std::move(callers)), redis);
    BOOST_TEST(server.command({"EVAL", "redis.call('SELECT', 9) return redis.call('LRANGE', 'list', 0, -1)",
                   "0"}) == expected);
}

BOOST_AUTO_TEST_CASE(coroutines_take_turns) {
    std::string order;
    const auto worker = [&](char name) -> asio::awaitable<void> {
        for (int i = 0; i < 50; ++i) {
            co_await text_of_call(redis, Command("PING"));
            order += name;
        }
    };
    std::vector<asio::awaitable<void>> workers;
    workers.push_back(worker('a'));
    workers.push_back(worker('b'));
    run_with(context, all(std::move(workers)), redis);
    BOOST_TEST(order.find('b') < order.rfind('a'), order);
    BOOST_TEST(order.find('a') < order.rfind('b'), order);
}

BOOST_AUTO_TEST_CASE(nothing_comes_between_the_commands_of_a_call_all) {
    std::size_t torn = 0;
    const auto transaction = [&]() -> asio::awaitable<void> {
        std::vector<Command> commands;
        commands.emplace_back("MULTI");
        commands.emplace_back("INCR", "counter");
        commands.emplace_back("INCR", "counter");
        commands.emplace_back("EXEC");
        const auto replies = co_await redis.call_all(std::move(commands));
        const auto& executed = replies.value().at(3);
        if (executed.size() != 2 || executed[1].integer() != executed[0].integer() + 1) ++torn;
    };
    const auto reader = [&]() -> asio::awaitable<void> {
        const auto text = co_await text_of_call(redis, Command("ECHO", "hello"));
        if (text != "hello") ++torn; // inside somebody's MULTI it would be QUEUED
    };
    std::vector<asio::awaitable<void>> callers;
    for (int i = 0; i < 500; ++i) {
        callers.push_back(transaction());
        callers.push_back(reader());
    }
    run_with(context, all(std::move(callers)), redis);
    BOOST_TEST(torn == 0U);
}

BOOST_AUTO_TEST_CASE(call_all_hands_out_error_replies_among_the_others) {
    const auto body = [&]() -> asio::awaitable<void> {
        std::vector<Command> commands;
        commands.emplace_back("SET", "text", "word");
        commands.emplace_back("INCR", "text");
        commands.emplace_back("GET", "text");
        const auto replies = co_await redis.call_all(std::move(commands));
        BOOST_REQUIRE(replies.has_value());
        BOOST_REQUIRE(replies->size() == 3U);
        BOOST_TEST(replies->at(1).is_error());
        BOOST_TEST(replies->at(2).text() == "word");
        const auto none = co_await redis.call_all(std::vector<Command>());
        BOOST_TEST(none.value().empty());
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(an_error_reply_is_refused_and_names_the_command) {
    const auto body = [&]() -> asio::awaitable<void> {
        co_await text_of_call(redis, Command("SET", "text", "word"));
        const auto reply = co_await redis.call(Command("LPUSH", "text", "x"));
        BOOST_REQUIRE(reply.has_error());
        BOOST_TEST((reply.error().code == Errc::refused));
        BOOST_TEST(reply.error().message.starts_with("LPUSH: WRONGTYPE "), reply.error().message);
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(a_script_survives_a_flush_and_a_restart_of_the_server) {
    const Script script("count", "return redis.call('INCRBY', KEYS[1], ARGV[1])");
    const std::vector<std::string> keys{"counter"}, arguments{"10"};
    const auto run = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.run_script(script, keys, arguments);
        BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
        co_await integer_of_call(redis, Command("RPUSH", "results", reply->integer()));
    };
    const auto body = [&]() -> asio::awaitable<void> {
        co_await run();
        co_await run();
        server.command({"SCRIPT", "FLUSH"});
        co_await run();
        const auto results = co_await redis.call(Command("LRANGE", "results", 0, -1));
        BOOST_REQUIRE(results->size() == 3U);
        BOOST_TEST((*results)[2].integer() == 30);
        server.kill();
        server.start();
        const auto up = co_await redis.ready(std::chrono::seconds(30));
        BOOST_REQUIRE_MESSAGE(up.has_value(), up.error().message);
        co_await run();
        const auto counter = co_await integer_of_call(redis, Command("GET", "counter"));
        BOOST_TEST(counter == 10);
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(a_script_that_fails_is_refused_and_named) {
    const Script script("boom", "return redis.error_reply('WRONG no such job')");
    const auto body = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.run_script(script, {}, {});
        BOOST_REQUIRE(reply.has_error());
        BOOST_TEST((reply.error().code == Errc::refused));
        BOOST_TEST(reply.error().message == "script boom: WRONG no such job");
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(it_selects_its_database_and_tells_its_name_and_id) {
    const auto body = [&]() -> asio::awaitable<void> {
        BOOST_TEST(!redis.connected());
        BOOST_TEST(redis.client_id() == 0);
        const auto up = co_await redis.ready(std::chrono::seconds(30));
        BOOST_REQUIRE_MESSAGE(up.has_value(), up.error().message);
        BOOST_TEST(redis.connected());
        BOOST_TEST(redis.generation() == 1U);
        const auto id = co_await integer_of_call(redis, Command("CLIENT", "ID"));
        BOOST_TEST(id == redis.client_id());
        const auto info = co_await text_of_call(redis, Command("CLIENT", "INFO"));
        BOOST_TEST(info.find(" name=test ") != std::string::npos, info);
        BOOST_TEST(info.find(" db=9 ") != std::string::npos, info);
    };
    run_with(context, body(), redis);
    BOOST_TEST(!redis.connected());
}

BOOST_AUTO_TEST_CASE(stop_ends_waiting_and_later_calls_with_canceled) {
    std::optional<Result<Reply>> waited;
    const auto wait = [&]() -> asio::awaitable<void> {
        waited = co_await redis.call(Command("BLPOP", "nothing", 0), patient);
    };
    const auto stop = [&]() -> asio::awaitable<void> {
        const auto up = co_await redis.ready(std::chrono::seconds(30));
        BOOST_REQUIRE_MESSAGE(up.has_value(), up.error().message);
        redis.stop();
        redis.stop();
        const auto late = co_await redis.call(Command("PING"));
        BOOST_TEST((late.error().code == Errc::canceled));
    };
    std::vector<asio::awaitable<void>> parts;
    parts.push_back(stop());
    parts.push_back(wait());
    run_with(context, all(std::move(parts)), redis);
    BOOST_TEST((waited.value().error().code == Errc::canceled));
}

BOOST_AUTO_TEST_CASE(a_cancelled_caller_leaves_the_others_their_replies) {
    const auto give_up = [&]() -> asio::awaitable<void> {
        asio::steady_timer soon(context, std::chrono::milliseconds(5));
        co_await (redis.call(Command("BLPOP", "list", 0), patient) || soon.async_wait(asio::use_awaitable));
    };
    const auto body = [&]() -> asio::awaitable<void> {
        co_await give_up();
        // The cancelled command still blocks the connection at the server until its reply comes.
        server.command({"EVAL", "redis.call('SELECT', 9) return redis.call('RPUSH', 'list', 'x')", "0"});
        for (int i = 0; i < 10; ++i) {
            const auto text = co_await text_of_call(redis, Command("ECHO", i));
            BOOST_TEST(text == std::to_string(i));
        }
        BOOST_TEST(redis.generation() == 1U);
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_before_it_was_sent_is_never_sent) {
    server.kill();
    const auto give_up = [&]() -> asio::awaitable<void> {
        asio::steady_timer soon(context, std::chrono::milliseconds(5));
        co_await (redis.call(Command("SET", "cancelled", "1")) || soon.async_wait(asio::use_awaitable));
    };
    const auto body = [&]() -> asio::awaitable<void> {
        co_await give_up();
        server.start();
        const auto exists = co_await integer_of_call(redis, Command("EXISTS", "cancelled"));
        BOOST_TEST(exists == 0);
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(it_works_on_a_strand_of_a_thread_pool) {
    asio::thread_pool pool(2);
    const auto strand = asio::make_strand(pool);
    Connection shared(strand, server.settings(), {});
    auto ended = asio::co_spawn(strand, shared.run(), asio::use_future);
    const auto body = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < 200; ++i)
            co_await text_of_call(shared, Command("PING"));
        shared.stop();
    };
    asio::co_spawn(strand, body(), asio::use_future).get();
    ended.get();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
