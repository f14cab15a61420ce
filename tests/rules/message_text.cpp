#include "rules/message_text.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace freshet::rules {

BOOST_AUTO_TEST_SUITE(message_text)

BOOST_AUTO_TEST_CASE(quoted_text_stays_on_one_line_and_is_cut) {
    BOOST_TEST(rules::quoted("climate") == "\"climate\"");
    BOOST_TEST(rules::quoted("a\"b\\c") == "\"a\\\"b\\\\c\"");
    BOOST_TEST(rules::quoted("a\r\nb\x1b") == "\"a\\x0d\\x0ab\\x1b\"");
    BOOST_TEST(rules::quoted(std::string(80, 'x')) == '"' + std::string(80, 'x') + '"');
    BOOST_TEST(rules::quoted(std::string(81, 'x')) == '"' + std::string(80, 'x') + "\"...");
}

BOOST_AUTO_TEST_CASE(a_slip_of_the_pen_is_recognized_and_a_strange_word_is_not) {
    constexpr std::array<std::string_view, 4> names{"climate", "wepp", "rap_ts", "ash"};
    const std::pair<std::string_view, std::string_view> slips[]{{"climat", "climate"}, {"Climate", "climate"},
        {"climates", "climate"}, {"wep", "wepp"}, {"rapts", "rap_ts"}};
    for (const auto& [word, meant] : slips) {
        BOOST_TEST_CONTEXT(word) {
            BOOST_TEST_REQUIRE(nearest(word, names).has_value());
            BOOST_TEST(*nearest(word, names) == meant);
        }
    }
    for (const std::string_view strange : {"", "x", "polaris", "snow"})
        BOOST_TEST(!nearest(strange, names).has_value(), strange);
    BOOST_TEST(!nearest("climate", {}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
