#include "jobs/queue/pause.hpp"

#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    WorkQueue both{redis, {"high", "default"}, std::chrono::seconds(15)};

    Claimed claim_of_both(std::vector<TakenId> taken = {}) {
        return wait(both.claim({.workers = {"host.1.1", "host.1.2", "host.1.3"}, .taken = std::move(taken)}));
    }
    void pause(PauseScope scope, std::optional<std::chrono::milliseconds> limit = {}) {
        BOOST_TEST(result_of(pause_queues(redis, std::move(scope), limit)).has_value());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(pause, Fixture)

BOOST_AUTO_TEST_CASE(no_job_of_a_paused_queue_starts_until_it_is_resumed) {
    enqueue(job("a", "high"));
    enqueue(job("b"));
    pause({{"high"}});
    const auto claimed = claim_of_both();
    BOOST_TEST(ids_of(claimed.jobs) == "b");
    BOOST_TEST(claimed.paused == std::vector<std::string>{"high"}, boost::test_tools::per_element());
    BOOST_TEST(!claimed.suspended);
    BOOST_TEST(wait(resume_queues(redis, {{"high", "default"}})) == 1U);
    BOOST_TEST(ids_of(claim_of_both().jobs) == "a");
}

BOOST_AUTO_TEST_CASE(what_was_taken_off_a_queue_before_its_pause_goes_back_to_its_head) {
    enqueue(job("a"));
    enqueue(job("b"));
    ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    pause({{"default"}});
    BOOST_TEST(ids_of(claim_of_both({{"default", "a"}}).jobs) == "");
    BOOST_TEST(listed("default") == "a,b");
    BOOST_TEST(!exists("rq:queue:default:intermediate"));
}

BOOST_AUTO_TEST_CASE(a_pause_of_all_queues_is_the_one_that_rq_knows) {
    enqueue(job("a"));
    pause({});
    BOOST_TEST(ask({"GET", "rq:suspended"}) == "1");
    BOOST_TEST(claim_of_both().suspended);
    BOOST_TEST(wait(resume_queues(redis, {})) == 1U);
    BOOST_TEST(ids_of(claim_of_both().jobs) == "a");
}

BOOST_AUTO_TEST_CASE(a_pause_with_a_limit_ends_by_itself) {
    enqueue(job("a"));
    pause({{"default"}}, std::chrono::milliseconds(50));
    tests::run_coroutine(context, tests::until([&] { return !exists("freshet:paused:default"); }));
    BOOST_TEST(ids_of(claim_of_both().jobs) == "a");
    pause({}, std::chrono::hours(1));
    BOOST_TEST(ttl("rq:suspended") > 3'500);
}

BOOST_AUTO_TEST_CASE(a_pause_that_redis_refuses_is_no_pause) {
    const auto refused = result_of(pause_queues(redis, {{"high", "default"}}, std::chrono::milliseconds(0)));
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::refused));
    BOOST_TEST(refused.error().message.find("invalid expire time") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
