#include "prep/redis/command.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

namespace freshet::prep::redis {

BOOST_AUTO_TEST_SUITE(command)

BOOST_AUTO_TEST_CASE(texts_and_integers_become_words_of_the_protocol) {
    const std::string key = "k";
    const Command command("SET", key, std::string_view("\r\n"), -7, std::uint64_t{18446744073709551615U}, "");
    BOOST_TEST(
        command.wire() ==
        "*6\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n$2\r\n-7\r\n$20\r\n18446744073709551615\r\n$0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_list_of_words_is_the_same_as_single_arguments) {
    const std::vector<std::string> words{"DEL", "a", std::string("b\0c", 3)};
    BOOST_TEST(Command(words).wire() == Command("DEL", "a", std::string_view("b\0c", 3)).wire());
}

BOOST_AUTO_TEST_CASE(a_script_call_counts_its_keys) {
    const std::vector<std::string> keys{"k1", "k2"};
    const std::vector<std::string> arguments{"a"};
    BOOST_TEST(Command("EVAL", "return 1", keys, arguments).wire() ==
               Command("EVAL", "return 1", 2, "k1", "k2", "a").wire());
}

BOOST_AUTO_TEST_CASE(it_knows_its_name) {
    BOOST_TEST(Command("PING").name() == "PING");
    BOOST_TEST(Command("a longer name than ten", "x").name() == "a longer name than ten");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
