#include "jobs/queue/retry_policy.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::jobs {
namespace {

using std::chrono::seconds;

std::int64_t delay_of(const Retries& retries, double jitter = 1) {
    const auto delay = retry_delay(retries, {seconds(10), seconds(3'600)}, jitter);
    return delay ? delay->count() : -1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(retry_policy)

BOOST_AUTO_TEST_CASE(without_attempts_left_there_is_no_retry) {
    BOOST_TEST(delay_of({0, 0, {seconds(5)}}) == -1);
    BOOST_TEST(delay_of({-1, 0, {}}) == -1);
}

BOOST_AUTO_TEST_CASE(a_jobs_own_intervals_are_used_as_rq_uses_them) {
    const std::vector<seconds> intervals{seconds(10), seconds(30), seconds(60)};
    struct Row {
        int left;
        std::int64_t delay;
    };
    for (const Row row : {Row{5, 10}, Row{3, 10}, Row{2, 30}, Row{1, 60}})
        BOOST_TEST(delay_of({row.left, 0, intervals}, 0.5) == row.delay, row.left);
    BOOST_TEST(delay_of({3, 0, {seconds(0)}}) == 0);
}

BOOST_AUTO_TEST_CASE(else_the_delay_doubles_up_to_a_limit) {
    struct Row {
        int done;
        std::int64_t delay;
    };
    for (const Row row :
        {Row{0, 10}, Row{1, 20}, Row{2, 40}, Row{8, 2'560}, Row{9, 3'600}, Row{100'000, 3'600}})
        BOOST_TEST(delay_of({1, row.done, {}}) == row.delay, row.done);
    BOOST_TEST(delay_of({1, 0, {}}, 0.5) == 5);
    BOOST_TEST(delay_of({1, 0, {}}, 0.55) == 6);
}

BOOST_AUTO_TEST_CASE(fields_that_cannot_be_read_count_as_absent) {
    struct Row {
        const char* left;
        const char* intervals;
        const char* done;
        int expected_left;
        std::size_t expected_intervals;
    };
    for (const Row row : {Row{"3", "[10, 60]", "1", 3, 2}, Row{"3", "", "", 3, 0}, Row{"", "[0]", "", 0, 1},
             Row{"-2", "null", "x", 0, 0}, Row{"3x", "[1, \"a\"]", "", 0, 0}, Row{"1", "[2.5]", "", 1, 1},
             Row{"99999999999", "[", "", 0, 0}, Row{"1", "[1e300, -5]", "", 1, 2}}) {
        const auto retries = to_retries(row.left, row.intervals, row.done);
        BOOST_TEST(retries.left == row.expected_left, row.left);
        BOOST_TEST(retries.intervals.size() == row.expected_intervals, row.intervals);
        for (const auto interval : retries.intervals)
            BOOST_TEST(interval.count() >= 0, row.intervals);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
