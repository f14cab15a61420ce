#include "rules/run_id.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::rules {

BOOST_AUTO_TEST_SUITE(run_id)

BOOST_AUTO_TEST_CASE(ids_of_runs_and_sub_runs_are_accepted_as_they_are) {
    const std::string longest(255, 'x');
    for (const std::string_view id : {std::string_view("r"), std::string_view("03f60f2"),
             std::string_view("mdobre-smooth-jazz_2"), std::string_view("run.v1.2"),
             std::string_view("batch;;spring-2025;;OR-12"), std::string_view(longest)}) {
        const auto checked = checked_run_id(id);
        BOOST_TEST_CONTEXT(id) {
            BOOST_TEST_REQUIRE(checked.has_value());
            BOOST_TEST(*checked == id);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_says_what_was_found_and_where) {
    using namespace std::string_view_literals;
    const std::string too_long(256, 'x');
    const std::pair<std::string_view, std::string_view> cases[]{
        {"", "run id \"\": expected 1 to 255 characters, found none"},
        {too_long, "expected 1 to 255 bytes, found 256"},
        {"a/b", "run id \"a/b\": expected letters, digits and - _ . ; only, found \"/\" at position 2"},
        {"run:climate", "found \":\" at position 4"},
        {"run*", "found \"*\" at position 4"},
        {"run?", "found \"?\" at position 4"},
        {"[run]", "found \"[\" at position 1"},
        {"{run}", "found \"{\" at position 1"},
        {"a\\b", "found \"\\\\\" at position 2"},
        {"a b", "found \" \" at position 2"},
        {"a\n", "found \"\\x0a\" at position 2"},
        {"a\0b"sv, "found \"\\x00\" at position 2"},
        {"caf\xc3\xa9", "found \"\\xc3\" at position 4"},
        {"a..b", "expected no \"..\", found it at position 2"},
        {"..", "expected no \"..\", found it at position 1"},
        {".", "no part may begin with '.', found one at position 1"},
        {".git", "no part may begin with '.', found one at position 1"},
        {"batch;;.git", "no part may begin with '.', found one at position 8"},
    };
    for (const auto& [id, message] : cases) {
        const auto checked = checked_run_id(id);
        BOOST_TEST_CONTEXT(message) {
            BOOST_TEST_REQUIRE(checked.has_error());
            BOOST_TEST((checked.error().code == Errc::bad_input));
            BOOST_TEST_INFO(checked.error().message);
            BOOST_TEST(checked.error().message.ends_with(message));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
