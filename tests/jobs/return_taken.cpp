#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {

BOOST_FIXTURE_TEST_SUITE(return_taken, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(ids_go_back_to_the_head_in_their_order) {
    for (const char* id : {"a", "b", "c"})
        enqueue(job(id));
    for (int i = 0; i < 2; ++i)
        ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    BOOST_TEST(wait(queue.return_taken("default", {"a", "b"})) == 2U);
    BOOST_TEST(listed("default") == "a,b,c");
    BOOST_TEST(!exists("rq:queue:default:intermediate"));
}

BOOST_AUTO_TEST_CASE(an_id_that_is_not_there_any_more_is_not_returned) {
    enqueue(job("a"));
    BOOST_TEST(wait(queue.return_taken("default", {"a"})) == 0U);
    BOOST_TEST(listed("default") == "a");
}

BOOST_AUTO_TEST_CASE(an_id_without_a_job_is_dropped) {
    ask({"RPUSH", "rq:queue:default:intermediate", "gone"});
    BOOST_TEST(wait(queue.return_taken("default", {"gone"})) == 0U);
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(!exists("rq:queue:default:intermediate"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
