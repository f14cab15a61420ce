#include "jobs/queue/time_text.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::jobs {
namespace {

using namespace std::chrono;

} // namespace

BOOST_AUTO_TEST_SUITE(time_text)

BOOST_AUTO_TEST_CASE(a_moment_is_written_as_rq_writes_it) {
    BOOST_TEST(to_rq_text(Moment()) == "1970-01-01T00:00:00.000000Z");
    BOOST_TEST(to_rq_text(Moment(microseconds(1'709'210'096'000'007))) == "2024-02-29T12:34:56.000007Z");
}

BOOST_AUTO_TEST_CASE(what_is_written_can_be_read) {
    const Moment moment = now();
    BOOST_TEST((from_rq_text(to_rq_text(moment)) == moment));
}

BOOST_AUTO_TEST_CASE(older_texts_have_no_fraction) {
    BOOST_TEST((from_rq_text("2024-02-29T12:34:56Z") == Moment(seconds(1'709'210'096))));
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_moments) {
    for (const char* text : {"", "now", "2024-02-29", "2024-02-30T12:34:56Z", "2024-13-01T12:34:56Z",
             "2024-02-29T24:34:56Z", "2024-02-29T12:60:56Z", "2024-02-29 12:34:56Z", "2024-02-29T12:34:56",
             "2024-02-29T12:34:56.0Z", "2024-02-29T12:34:56.00000xZ", "-024-02-29T12:34:56Z",
             "2024-02-29T12:34:+6Z", "2024-02-29T12:34:56.000007+"})
        BOOST_TEST(!from_rq_text(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
