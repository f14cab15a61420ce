#include "prep/redis/connection.hpp"
#include "tests/prep/redis/scripted_server.hpp"
#include "tests/support/failover_fixture.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using tests::RedisServer;
using tests::run_with;

constexpr CallOptions patient{.timeout = 1h};

asio::awaitable<std::string> ask(Connection& redis, Command command, CallOptions options = patient) {
    const auto reply = co_await redis.call(std::move(command), options);
    co_return reply ? std::string(reply->text()) : reply.error().message;
}

std::string bulk(std::string_view text) {
    return fmt::format("${}\r\n{}\r\n", text.size(), text);
}

/// A sentinel that always says the same, or nothing where `port` is 0.
struct SaidBy {
    std::uint16_t port = 0;

    std::string operator()(int, const std::string& command) const {
        if (command == "SENTINEL")
            return port == 0 ? "*-1\r\n" : "*2\r\n" + bulk("127.0.0.1") + bulk(std::to_string(port));
        return "*3\r\n" + bulk("subscribe") + bulk("+switch-master") + ":1\r\n";
    }
};

struct Fixture {
    Settings settings(std::vector<std::uint16_t> ports) const {
        Settings settings;
        settings.backoff_first = 1ms;
        settings.backoff_limit = 20ms;
        for (const auto port : ports)
            settings.sentinel.addresses.push_back({"127.0.0.1", port});
        return settings;
    }
    asio::io_context context;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sentinel, Fixture)

BOOST_AUTO_TEST_CASE(sentinels_are_asked_until_one_knows_the_primary) {
    const RedisServer primary({.tcp = true});
    ScriptedServer ignorant(context.get_executor(), SaidBy{});
    ScriptedServer knowing(context.get_executor(), SaidBy{primary.port()});
    Connection redis(
        context.get_executor(), settings({tests::free_tcp_port(), ignorant.port(), knowing.port()}), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto answer = co_await ask(redis, Command("PING"));
        BOOST_TEST(answer == "PONG");
    };
    run_with(context, body(), redis, ignorant, knowing);
}

BOOST_AUTO_TEST_CASE(where_no_sentinel_knows_the_answer_of_each_is_told) {
    ScriptedServer ignorant(context.get_executor(), SaidBy{});
    const auto nobody = tests::free_tcp_port();
    Connection redis(context.get_executor(), settings({nobody, ignorant.port()}), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto answer = co_await ask(redis, Command("PING"), CallOptions{.timeout = 300ms});
        for (const auto& part : {std::string("no sentinel says where primary 'mymaster' is"),
                 fmt::format("127.0.0.1:{}: ", nobody), std::string("Connection refused"),
                 std::string("it knows no primary 'mymaster'")})
            BOOST_TEST(answer.find(part) != std::string::npos, answer);
    };
    run_with(context, body(), redis, ignorant);
}

BOOST_AUTO_TEST_CASE(a_server_that_says_it_is_a_replica_is_not_taken) {
    RedisServer server({.arguments = {"--replicaof", "127.0.0.1", "1"}, .tcp = true});
    ScriptedServer outdated(context.get_executor(), SaidBy{server.port()});
    Connection redis(context.get_executor(), settings({outdated.port()}), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto up = co_await redis.ready(300ms);
        BOOST_REQUIRE(up.has_error());
        BOOST_TEST(up.error().message.find("it is no primary: its role is slave") != std::string::npos,
            up.error().message);
        server.command({"REPLICAOF", "NO", "ONE"});
        const auto answer = co_await ask(redis, Command("PING"));
        BOOST_TEST(answer == "PONG");
    };
    run_with(context, body(), redis, outdated);
}

BOOST_AUTO_TEST_CASE(sentinels_have_a_user_and_a_password_of_their_own) {
    const RedisServer primary({.arguments = {"--requirepass", "right"}, .password = "right", .tcp = true});
    const auto configuration = fmt::format("sentinel monitor mymaster 127.0.0.1 {} 1\n"
                                           "sentinel auth-pass mymaster right\nrequirepass theirs\n",
        primary.port());
    const RedisServer sentinel(
        {.arguments = {"--sentinel"}, .configuration = configuration, .password = "theirs", .tcp = true});
    auto settings = this->settings({sentinel.port()});
    settings.password = "right";
    const auto ping = [&](std::string user, std::string password) {
        settings.sentinel.user = std::move(user);
        settings.sentinel.password = std::move(password);
        Connection redis(context.get_executor(), settings, {});
        std::string answer;
        const auto body = [&]() -> asio::awaitable<void> {
            answer = co_await ask(redis, Command("PING"), CallOptions{.timeout = 2s});
        };
        run_with(context, body(), redis);
        return answer;
    };
    BOOST_TEST(ping("", "theirs") == "PONG");
    BOOST_TEST(ping("default", "theirs") == "PONG");
    BOOST_TEST(ping("", "right").find("WRONGPASS") != std::string::npos);
    BOOST_TEST(ping("", "").find("NOAUTH") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_connection_follows_the_primary_although_the_old_one_still_serves) {
    const tests::FailoverFixture servers;
    Connection redis(context.get_executor(), servers.settings(), {});
    const auto port_of_server = [&]() -> asio::awaitable<std::string> {
        Command info("EVAL", "return redis.call('INFO', 'server'):match('tcp_port:(%d+)')", "0");
        co_return co_await ask(redis, std::move(info));
    };
    const auto body = [&]() -> asio::awaitable<void> {
        const auto before = co_await port_of_server();
        BOOST_TEST(before == std::to_string(servers.first.port()));
        servers.order_failover();
        co_await tests::until([&] { return redis.generation() == 2; });
        const auto after = co_await port_of_server();
        BOOST_TEST(after == std::to_string(servers.second.port()));
    };
    run_with(context, body(), redis);
}

BOOST_AUTO_TEST_CASE(
    a_write_to_a_primary_that_was_demoted_is_told_as_never_executed_and_works_when_repeated) {
    RedisServer first({.tcp = true}), second({.tcp = true});
    SaidBy told{first.port()};
    ScriptedServer sentinel(context.get_executor(),
        [&](int connection, const std::string& command) { return told(connection, command); });
    Connection redis(context.get_executor(), settings({sentinel.port()}), {});
    const auto body = [&]() -> asio::awaitable<void> {
        const auto stored = co_await ask(redis, Command("SET", "key", "1"));
        BOOST_TEST(stored == "OK");
        first.command({"REPLICAOF", "127.0.0.1", std::to_string(second.port())});
        told.port = second.port();
        const auto refused = co_await redis.call(Command("SET", "key", "2"), patient);
        BOOST_REQUIRE(refused.has_error());
        BOOST_TEST((refused.error().code == Errc::unavailable));
        BOOST_TEST(
            refused.error().message.find("SET: READONLY") != std::string::npos, refused.error().message);
        const auto repeated = co_await ask(redis, Command("SET", "key", "2"));
        BOOST_TEST(repeated == "OK");
        BOOST_TEST(second.command({"GET", "key"}) == "2");
    };
    run_with(context, body(), redis, sentinel);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
