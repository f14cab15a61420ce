#include "prep/settings_value.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep {

BOOST_AUTO_TEST_SUITE(settings_value)

BOOST_AUTO_TEST_CASE(times_have_a_unit_or_are_seconds) {
    using std::chrono::milliseconds;
    constexpr Range<milliseconds> range{milliseconds(1), std::chrono::hours(24)};
    struct Case {
        std::string_view text;
        int milliseconds; ///< 0: an error
    };
    constexpr Case cases[] = {{"500ms", 500}, {"10s", 10'000}, {"10", 10'000}, {"5m", 300'000},
        {"2h", 7'200'000}, {"1ms", 1}, {"0", 0}, {"25h", 0}, {"", 0}, {"s", 0}, {"-1s", 0}, {"1.5s", 0},
        {"1 s", 0}, {"1d", 0}, {"1S", 0}, {"99999999999999999999", 0}, {"9223372036854775807h", 0}};
    for (const auto& [text, expected] : cases) {
        BOOST_TEST_CONTEXT(text) {
            const auto parsed = parse_duration(text, range);
            BOOST_TEST(parsed.has_value() == (expected > 0));
            if (parsed) BOOST_TEST(parsed->count() == expected);
        }
    }
    BOOST_TEST(parse_duration("25h", range).error().message ==
               "expected a time 1ms..24h such as 500ms, 10s, 5m or 2h, found \"25h\"");
}

BOOST_AUTO_TEST_CASE(integers_are_whole_and_within_their_range) {
    for (const auto* text : {"1", "64"})
        BOOST_TEST(parse_integer(text, {1, 64}).has_value(), text);
    for (const auto* text : {"0", "65", "", "4x", " 4", "4.0", "+4", "99999999999999999999"})
        BOOST_TEST(parse_integer(text, {1, 64}).has_error(), text);
    BOOST_TEST(parse_integer("x", {1, 64}).error().message == "expected an integer 1..64, found \"x\"");
}

BOOST_AUTO_TEST_CASE(a_time_is_written_in_its_largest_whole_unit) {
    using std::chrono::milliseconds;
    BOOST_TEST(to_text(milliseconds(500)) == "500ms");
    BOOST_TEST(to_text(milliseconds(90'000)) == "90s");
    BOOST_TEST(to_text(milliseconds(120'000)) == "2m");
    BOOST_TEST(to_text(milliseconds(0)) == "0s");
}

BOOST_AUTO_TEST_CASE(the_nearest_name_is_found_if_it_is_near) {
    const std::vector<std::string> known{"queue", "redis-url", "redis-host", "runs-root"};
    BOOST_TEST(nearest("quue", known) == "queue");
    BOOST_TEST(nearest("redis-hots", known) == "redis-host");
    BOOST_TEST(nearest("run-root", known) == "runs-root");
    BOOST_TEST(nearest("elephant", known) == "");
    BOOST_TEST(nearest("x", {}) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
