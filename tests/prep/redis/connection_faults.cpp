#include "prep/redis/connection.hpp"
#include "tests/prep/redis/scripted_server.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using tests::all;
using tests::RedisServer;
using tests::run_with;
using tests::TcpProxy;
using tests::until;

constexpr CallOptions patient{.timeout = 1h};
constexpr CallOptions impatient{.timeout = 50ms};

Settings hasty(Settings settings) {
    settings.backoff_first = 1ms;
    settings.backoff_limit = 20ms;
    return settings;
}

Settings through(const TcpProxy& proxy) {
    Settings settings;
    settings.host = "127.0.0.1";
    settings.port = proxy.port();
    return hasty(settings);
}

asio::awaitable<void> check_echo(Connection& redis, std::string text) {
    const auto reply = co_await redis.call(Command("ECHO", text), patient);
    BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
    BOOST_TEST(reply->text() == text);
}

asio::awaitable<void> must_be_ready(Connection& redis) {
    const auto up = co_await redis.ready(30s);
    BOOST_REQUIRE_MESSAGE(up.has_value(), up.error().message);
}

void check_failed(const Result<Reply>& reply, Errc code, std::string_view part) {
    BOOST_REQUIRE(reply.has_error());
    BOOST_TEST((reply.error().code == code), to_string(reply.error().code) << ": " << reply.error().message);
    BOOST_TEST(reply.error().message.find(part) != std::string::npos, reply.error().message);
}

struct Fixture {
    asio::io_context context;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(connection_faults, Fixture)

BOOST_AUTO_TEST_CASE(a_server_that_was_never_there_makes_calls_unavailable_with_the_reason) {
    Settings settings;
    settings.host = "127.0.0.1";
    settings.port = tests::free_tcp_port();
    settings.command_timeout = 50ms;
    Connection redis(context.get_executor(), hasty(settings), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.call(Command("PING"));
        check_failed(reply, Errc::unavailable,
            "PING: not sent, no connection in time: Redis at " + settings.where() +
                ": connect: Connection refused");
        const auto ready = co_await redis.ready(50ms);
        BOOST_TEST((ready.error().code == Errc::unavailable));
        BOOST_TEST(
            ready.error().message.find("Connection refused") != std::string::npos, ready.error().message);
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(a_socket_that_does_not_exist_is_named) {
    const auto body = [](Connection& redis, std::string part) -> asio::awaitable<void> {
        const auto reply = co_await redis.call(Command("PING"), impatient);
        check_failed(reply, Errc::unavailable, part);
    };
    Settings settings;
    settings.unix_socket = "/nonexistent/redis.sock";
    Connection redis(context.get_executor(), hasty(settings), {});
    run_with(context, body(redis, "unix:///nonexistent/redis.sock: connect: No such file"), redis);
}

BOOST_AUTO_TEST_CASE(when_the_server_dies_sent_calls_have_unknown_fate_and_queued_ones_go_to_the_next) {
    RedisServer server;
    Connection redis(context.get_executor(), server.settings(), {});
    std::optional<Result<Reply>> sent;
    const auto wait = [&]() -> asio::awaitable<void> {
        sent = co_await redis.call(Command("BLPOP", "nothing", 0), patient);
    };
    const auto kill_and_restart = [&]() -> asio::awaitable<void> {
        co_await must_be_ready(redis);
        server.kill();
        co_await until([&] { return sent.has_value(); });
        check_failed(*sent, Errc::unknown_fate, "may or may not have been executed");
        BOOST_TEST(!redis.connected());
        server.start();
        co_await check_echo(redis, "after the restart");
        BOOST_TEST(redis.generation() == 2U);
    };
    std::vector<asio::awaitable<void>> parts;
    parts.push_back(kill_and_restart());
    parts.push_back(wait());
    run_with(context, all(std::move(parts)), redis);
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_times_calls_out_and_answers_the_later_ones_rightly) {
    RedisServer server;
    Connection redis(context.get_executor(), server.settings(), {});
    const auto body = [&]() -> asio::awaitable<void> {
        co_await must_be_ready(redis);
        server.pause();
        const auto late = co_await redis.call(Command("ECHO", "late"), impatient);
        check_failed(late, Errc::unknown_fate, "ECHO: ");
        server.resume();
        for (const auto* text : {"one", "two", "three"})
            co_await check_echo(redis, text);
        BOOST_TEST(redis.generation() == 1U);
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_whose_network_swallows_everything_is_replaced) {
    RedisServer server;
    TcpProxy proxy(context.get_executor(), server.socket());
    auto settings = through(proxy);
    settings.idle_ping_interval = 20ms;
    settings.command_timeout = 200ms;
    settings.connect_timeout = 200ms;
    Connection redis(context.get_executor(), settings, {});
    const auto body = [&]() -> asio::awaitable<void> {
        co_await must_be_ready(redis);
        proxy.hold();
        co_await until([&] { return !redis.connected(); });
        proxy.release();
        co_await check_echo(redis, "again");
        BOOST_TEST(redis.generation() >= 2U);
    };
    run_with(context, body(), redis, proxy);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_to_a_healthy_server_stays) {
    RedisServer server;
    auto settings = server.settings();
    settings.idle_ping_interval = 2ms;
    Connection redis(context.get_executor(), settings, {});
    const auto body = [&]() -> asio::awaitable<void> {
        co_await must_be_ready(redis);
        const auto pings = [&] {
            const auto info = server.command({"INFO", "commandstats"});
            return std::stoi(info.substr(info.find("cmdstat_ping:calls=") + 19));
        };
        const auto before = pings();
        co_await until([&] { return pings() >= before + 3; });
        co_await check_echo(redis, "still here");
        BOOST_TEST(redis.generation() == 1U);
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(a_connection_cut_in_the_middle_of_a_reply_leaves_no_trace_in_the_next) {
    RedisServer server;
    TcpProxy proxy(context.get_executor(), server.socket());
    Connection redis(context.get_executor(), through(proxy), {});
    const auto body = [&]() -> asio::awaitable<void> {
        co_await must_be_ready(redis);
        for (const std::size_t bytes : {0U, 1U, 4U, 7U, 500U}) {
            proxy.cut_after(bytes);
            const auto reply = co_await redis.call(Command("ECHO", std::string(1'000, 'x')), patient);
            check_failed(reply, Errc::unknown_fate, "ECHO: ");
            co_await check_echo(redis, "clean");
        }
    };
    run_with(context, body(), redis, proxy);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_again_and_again_never_mixes_replies_up) {
    RedisServer server;
    TcpProxy proxy(context.get_executor(), server.socket());
    Connection redis(context.get_executor(), through(proxy), {});
    int wrong = 0;
    int right = 0;
    int callers = 100;
    const auto caller = [&](int number) -> asio::awaitable<void> {
        for (int i = 0; i < 50; ++i) {
            const auto text = std::to_string(number) + ":" + std::to_string(i);
            const auto reply = co_await redis.call(Command("ECHO", text), patient);
            if (reply) ++(reply->text() == text ? right : wrong);
        }
        --callers;
    };
    const auto cutter = [&]() -> asio::awaitable<void> {
        for (std::size_t i = 0; i < 20; ++i) {
            proxy.cut_after(37 * (i + 1));
            const auto generation = redis.generation();
            co_await until([&] { return redis.generation() > generation || callers == 0; });
        }
    };
    std::vector<asio::awaitable<void>> parts;
    parts.push_back(cutter());
    for (int number = 0; number < 100; ++number)
        parts.push_back(caller(number));
    run_with(context, all(std::move(parts)), redis, proxy);
    BOOST_TEST(wrong == 0);
    BOOST_TEST(right > 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_accepts_but_never_answers_is_no_connection) {
    RedisServer server;
    TcpProxy proxy(context.get_executor(), server.socket());
    auto settings = through(proxy);
    settings.connect_timeout = 20ms;
    Connection redis(context.get_executor(), settings, {});
    const auto body = [&]() -> asio::awaitable<void> {
        proxy.hold();
        const auto reply = co_await redis.call(Command("PING"), CallOptions{.timeout = 300ms});
        check_failed(reply, Errc::unavailable, "no connection within 20 ms");
        proxy.release();
        co_await check_echo(redis, "at last");
    };
    run_with(context, body(), redis, proxy);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_still_loading_is_asked_again_until_it_serves) {
    ScriptedServer server(context.get_executor(), [](int connection, const std::string& command) {
        if (connection < 3 && command == "PING")
            return std::string("-LOADING Redis is loading the dataset\r\n");
        return command == "GET" ? "+loaded\r\n" : ScriptedServer::healthy(command);
    });
    Settings settings;
    settings.host = "127.0.0.1";
    settings.port = server.port();
    Connection redis(context.get_executor(), hasty(settings), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.call(Command("GET", "key"), patient);
        BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
        BOOST_TEST(reply->text() == "loaded");
        BOOST_TEST(redis.generation() == 1U);
    };
    run_with(context, body(), redis, server);
}

BOOST_AUTO_TEST_CASE(a_call_waits_until_a_real_server_has_loaded_its_data) {
    RedisServer server({.arguments = {"--enable-debug-command", "yes",
                            "--loading-process-events-interval-bytes", "1024", "--key-load-delay", "1000"}});
    server.command({"EVAL", "for i = 1, 500 do redis.call('SET', 'key:' .. i, ('x'):rep(100)) end", "0"});
    auto loaded = std::async(std::launch::async, [&] { return server.command({"DEBUG", "RELOAD"}); });
    while (server.command({"INFO", "persistence"}).find("loading:1") == std::string::npos) {
        const bool missed = loaded.wait_for(1ms) == std::future_status::ready;
        BOOST_REQUIRE_MESSAGE(!missed, "it was never seen loading");
    }
    Connection redis(context.get_executor(), server.settings(), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.call(Command("STRLEN", "key:500"), patient);
        BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
        BOOST_TEST(reply->integer() == 100);
    };
    run_with(context, body(), redis);
    BOOST_TEST(loaded.get() == "OK");
    BOOST_TEST(server.command({"INFO", "errorstats"}).find("LOADING") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_that_became_read_only_is_left_for_a_new_connection) {
    ScriptedServer server(context.get_executor(), [](int connection, const std::string& command) {
        if (command != "SET") return ScriptedServer::healthy(command);
        return std::string(
            connection == 1 ? "-READONLY You can't write against a read only replica.\r\n" : "+OK\r\n");
    });
    Settings settings;
    settings.host = "127.0.0.1";
    settings.port = server.port();
    Connection redis(context.get_executor(), hasty(settings), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto refused = co_await redis.call(Command("SET", "key", "value"), patient);
        check_failed(refused, Errc::unavailable, "SET: READONLY ");
        const auto stored = co_await redis.call(Command("SET", "key", "value"), patient);
        BOOST_TEST(stored.has_value());
        BOOST_TEST(redis.generation() == 2U);
    };
    run_with(context, body(), redis, server);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_no_redis_is_told_so) {
    ScriptedServer server(context.get_executor(),
        [](int, const std::string&) { return std::string("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    Settings settings;
    settings.host = "127.0.0.1";
    settings.port = server.port();
    Connection redis(context.get_executor(), hasty(settings), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.call(Command("PING"), impatient);
        check_failed(reply, Errc::unavailable, "does not speak Redis' protocol");
    };
    run_with(context, body(), redis, server);
}

BOOST_AUTO_TEST_CASE(stop_ends_run_while_it_waits_for_a_server) {
    Settings settings;
    settings.unix_socket = "/nonexistent/redis.sock";
    settings.backoff_first = settings.backoff_limit = 1h;
    Connection redis(context.get_executor(), settings, {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.call(Command("PING"), impatient);
        check_failed(reply, Errc::unavailable, "No such file");
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
