#include "prep/redis/handshake.hpp"

#include "prep/redis/connection.hpp"
#include "prep/redis/reply_reader.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep::redis {
namespace {

std::vector<Reply> parsed(std::string_view bytes) {
    ReplyReader reader;
    reader.feed(bytes);
    std::vector<Reply> replies;
    while (auto next = reader.next().value())
        replies.push_back(std::move(*next));
    return replies;
}

std::string wire_of(const std::vector<Command>& commands) {
    std::string wire;
    for (const auto& command : commands)
        wire += command.wire();
    return wire;
}

const ConnectionOptions queue{.database = 9, .name = "puller"};

std::string greeting() {
    return Command("CLIENT", "SETNAME", "puller").wire() + Command("SELECT", 9).wire() +
           Command("PING").wire() + Command("CLIENT", "ID").wire();
}

} // namespace

BOOST_AUTO_TEST_SUITE(handshake)

BOOST_AUTO_TEST_CASE(it_logs_in_only_with_a_password_and_as_a_user_only_if_one_is_named) {
    Settings settings;
    BOOST_TEST(wire_of(handshake_commands(settings, queue)) == greeting());
    settings.password = "secret";
    BOOST_TEST(wire_of(handshake_commands(settings, queue)) == Command("AUTH", "secret").wire() + greeting());
    settings.user = "worker";
    BOOST_TEST(wire_of(handshake_commands(settings, queue)) ==
               Command("AUTH", "worker", "secret").wire() + greeting());
}

BOOST_AUTO_TEST_CASE(the_clients_id_comes_out_of_a_good_handshake) {
    const auto id = check_handshake(Settings{}, queue, parsed("+OK\r\n+OK\r\n+PONG\r\n:42\r\n"));
    BOOST_REQUIRE(id.has_value());
    BOOST_TEST(*id == 42);
}

BOOST_AUTO_TEST_CASE(the_first_error_is_told_in_words_that_name_the_server_and_no_password) {
    struct Case {
        std::string_view password;
        std::string_view replies;
        std::string_view message;
    };
    const Case cases[] = {
        {"", "-NOAUTH Authentication required.\r\n",
            "Redis at localhost:6379: it wants a password and none is set: NOAUTH Authentication required."},
        {"secret", "-WRONGPASS invalid pair\r\n-NOAUTH Authentication required.\r\n",
            "Redis at localhost:6379: it does not accept the password of user 'default': WRONGPASS invalid "
            "pair"},
        {"", "+OK\r\n-ERR DB index is out of range\r\n",
            "Redis at localhost:6379: SELECT 9: ERR DB index is out of range"},
        {"", "+OK\r\n+OK\r\n-LOADING Redis is loading the dataset in memory\r\n",
            "Redis at localhost:6379: it is still loading its data: LOADING Redis is loading the dataset in "
            "memory"},
        {"", "+OK\r\n+OK\r\n-MASTERDOWN Link with MASTER is down\r\n",
            "Redis at localhost:6379: PING: MASTERDOWN Link with MASTER is down"},
        {"", "-ERR max number of clients reached\r\n",
            "Redis at localhost:6379: CLIENT SETNAME: ERR max number of clients reached"},
    };
    for (const auto& [password, replies, message] : cases) {
        Settings settings;
        settings.password = password;
        const auto id = check_handshake(settings, queue, parsed(replies));
        BOOST_REQUIRE(id.has_error());
        BOOST_TEST((id.error().code == Errc::unavailable));
        BOOST_TEST(id.error().message == message);
    }
}

BOOST_AUTO_TEST_CASE(a_greeting_that_was_cut_short_is_an_error) {
    const auto id = check_handshake(Settings{}, queue, parsed("+OK\r\n"));
    BOOST_TEST(id.has_error());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
