#include "jobs/queue/timetable.hpp"

#include "jobs/queue/time_text.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::jobs {
namespace {

using std::chrono::sys_seconds;

sys_seconds at(const std::string& text) {
    return std::chrono::floor<std::chrono::seconds>(from_rq_text(text + ":00Z").value());
}

std::string next(const std::string& table, const std::string& from, int times = 1) {
    auto time = at(from);
    const auto timetable = Timetable::parse(table).value();
    for (int i = 0; i < times; ++i)
        time = timetable.next_after(time);
    return to_rq_text(time).substr(0, 16);
}

} // namespace

BOOST_AUTO_TEST_SUITE(timetable)

BOOST_AUTO_TEST_CASE(the_next_time_is_the_first_that_fits) {
    struct Case {
        std::string table, from, next;
    };
    const std::vector<Case> cases{
        {"* * * * *", "2026-01-31T12:00", "2026-01-31T12:01"},
        {"0 3 * * *", "2026-01-31T03:00", "2026-02-01T03:00"},
        {"0 3 * * *", "2026-01-31T02:59", "2026-01-31T03:00"},
        {"*/15 * * * *", "2026-12-31T23:46", "2027-01-01T00:00"},
        {"10-40/10 8,20 * * *", "2026-01-01T08:40", "2026-01-01T20:10"},
        {"5/20 * * * *", "2026-01-01T00:25", "2026-01-01T00:45"},
        {"0 0 31 * *", "2026-01-31T00:00", "2026-03-31T00:00"},
        {"0 0 29 2 *", "2026-01-01T00:00", "2028-02-29T00:00"},
        {"0 0 29 feb *", "2096-03-01T00:00", "2104-02-29T00:00"},
        {"0 9 * * mon-fri", "2026-01-30T09:00", "2026-02-02T09:00"},
        {"0 9 * * 0", "2026-01-30T09:00", "2026-02-01T09:00"},
        {"0 9 * * 7", "2026-01-30T09:00", "2026-02-01T09:00"},
        {"0 9 13 * fri", "2026-02-01T00:00", "2026-02-06T09:00"}, // day or weekday
        {"0 9 8 * fri", "2026-02-06T09:00", "2026-02-08T09:00"},
        {"0 9 * JAN,jul *", "2026-01-31T09:00", "2026-07-01T09:00"},
        {"every 15m", "2026-01-31T12:00", "2026-01-31T12:15"},
        {"every 15m", "2026-01-31T12:14", "2026-01-31T12:15"},
        {"every 24h", "2026-01-31T12:14", "2026-02-01T00:00"},
        {"  every   90  ", "1970-01-01T00:01", "1970-01-01T00:01"},
    };
    for (const Case& one : cases)
        BOOST_TEST(next(one.table, one.from) == one.next, one.table << " after " << one.from);
    BOOST_TEST(next("0 0 * * *", "2026-01-01T00:00", 365) == "2027-01-01T00:00");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told) {
    struct Case {
        std::string table, message;
    };
    const std::vector<Case> cases{
        {"", "expected 'every <time>' or minute, hour, day, month and weekday"},
        {"* * * *", "expected 'every <time>'"},
        {"60 * * * *", "minute: expected an integer 0..59, found \"60\""},
        {"* 24 * * *", "hour: expected"},
        {"* * 0 * *", "day: expected"},
        {"* * * 13 *", "month: expected"},
        {"* * * * 8", "weekday: expected"},
        {"* * * foo *", "month: expected an integer 1..12, found \"foo\""},
        {"*/0 * * * *", "minute: step: expected"},
        {"5-1 * * * *", "minute: expected a range from low to high, found \"5-1\""},
        {"1,,2 * * * *", "minute: expected"},
        {"0 0 30 2 *", "there is no such day"},
        {"every", "expected 'every <time>'"},
        {"every 0s", "every: expected a time 1s.."},
        {"every 1500ms", "every: expected whole seconds"},
        {"every soon", "every: expected a time"},
    };
    for (const Case& one : cases) {
        const auto parsed = Timetable::parse(one.table);
        BOOST_TEST_REQUIRE(!parsed.has_value(), one.table);
        BOOST_TEST(parsed.error().message.find(one.message) != std::string::npos,
            one.table << ": " << parsed.error().message);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
