#include "prep/redis/connection.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using tests::RedisServer;
using tests::run_with;

/// A server with the password "right" and a user "worker" with the password "secret".
struct Fixture {
    Fixture() { server.command({"ACL", "SETUSER", "worker", "on", ">secret", "~*", "&*", "+@all"}); }

    /// What WHOAMI answers over a connection with these settings, or why there is no connection.
    std::string who_am_i(const Settings& settings) {
        Connection redis(context.get_executor(), settings, {});
        std::string answer;
        const auto body = [&]() -> asio::awaitable<void> {
            const auto reply = co_await redis.call(Command("ACL", "WHOAMI"), CallOptions{.timeout = 200ms});
            answer = reply ? std::string(reply->text()) : reply.error().message;
        };
        run_with(context, body(), redis);
        return answer;
    }
    Settings settings(std::string user, std::string password) const {
        auto settings = server.settings();
        settings.user = std::move(user);
        settings.password = std::move(password);
        return settings;
    }

    RedisServer server{{.arguments = {"--requirepass", "right"}, .password = "right"}};
    asio::io_context context;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(authentication, Fixture)

BOOST_AUTO_TEST_CASE(the_default_user_and_a_named_one_log_in) {
    BOOST_TEST(who_am_i(settings("", "right")) == "default");
    BOOST_TEST(who_am_i(settings("default", "right")) == "default");
    BOOST_TEST(who_am_i(settings("worker", "secret")) == "worker");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_without_the_password) {
    struct Case {
        std::string user;
        std::string password;
        std::string part;
    };
    const Case cases[] = {
        {"", "wr0ng", "it does not accept the password of user 'default': WRONGPASS"},
        {"worker", "wr0ng", "it does not accept the password of user 'worker': WRONGPASS"},
        {"stranger", "wr0ng", "it does not accept the password of user 'stranger': WRONGPASS"},
        {"", "", "it wants a password and none is set: NOAUTH"},
    };
    for (const auto& [user, password, part] : cases) {
        const auto answer = who_am_i(settings(user, password));
        BOOST_TEST(answer.find(part) != std::string::npos, answer);
        BOOST_TEST(answer.find("wr0ng") == std::string::npos, answer);
    }
}

BOOST_AUTO_TEST_CASE(a_password_that_is_put_right_at_the_server_lets_waiting_calls_through) {
    Connection redis(context.get_executor(), settings("worker", "new"), {});
    const auto mend = [&]() -> asio::awaitable<void> {
        co_await redis.ready(50ms);
        BOOST_TEST(!redis.connected());
        server.command({"ACL", "SETUSER", "worker", ">new"});
        const auto reply = co_await redis.call(Command("ACL", "WHOAMI"), CallOptions{.timeout = 30s});
        BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
        BOOST_TEST(reply->text() == "worker");
    };
    run_with(context, mend(), redis);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
