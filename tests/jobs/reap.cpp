#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

using What = Reaped::What;

} // namespace

BOOST_FIXTURE_TEST_SUITE(reap, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(a_lease_that_has_not_expired_is_left_alone) {
    enqueue(job("a"));
    const auto lease = claim_one();
    BOOST_TEST(reap().empty());
    BOOST_TEST(leased(lease));
    BOOST_TEST(status("a") == "started");
}

BOOST_AUTO_TEST_CASE(the_job_of_a_silent_worker_runs_again_before_others) {
    enqueue(job("a"));
    enqueue(job("b"));
    const auto lease = claim_one();
    beat(lease);
    let_expire(lease);
    const auto reaped = reap();
    BOOST_TEST_REQUIRE(reaped.size() == 1U);
    BOOST_TEST(reaped[0].job_id == "a");
    BOOST_TEST(reaped[0].execution == lease.execution);
    BOOST_TEST((reaped[0].what == What::queued));
    BOOST_TEST(reaped[0].times == 1);
    BOOST_TEST(listed("default") == "a,b");
    BOOST_TEST(status("a") == "queued");
    BOOST_TEST(field("a", "worker_name") == "");
    BOOST_TEST(!leased(lease));
    BOOST_TEST(!registered("wip", "default", "a"));
    BOOST_TEST(!exists("rq:executions:a"));
    BOOST_TEST(!exists("rq:execution:a:" + lease.execution));
    BOOST_TEST(reap().empty());
}

BOOST_AUTO_TEST_CASE(a_job_that_costs_too_many_workers_their_lives_fails_for_good) {
    enqueue(job("poison"));
    auto waiting = child("child", {"poison"});
    waiting.on_failed_dependency = NewJob::OnFailure::run;
    enqueue(waiting);
    for (int time = 1; time <= 3; ++time) {
        const auto lease = claim_one();
        let_expire(lease);
        const auto reaped = reap(2);
        BOOST_TEST_REQUIRE(reaped.size() == 1U);
        BOOST_TEST(reaped[0].times == time);
        BOOST_TEST((reaped[0].what == (time < 3 ? What::queued : What::failed)));
    }
    BOOST_TEST(status("poison") == "failed");
    BOOST_TEST(registered("failed", "default", "poison"));
    BOOST_TEST(
        inflate(field("poison", "exc_info"), 1000).value().find("3 times in all") != std::string::npos);
    BOOST_TEST(ask({"XLEN", "rq:results:poison"}) == "1");
    for (const std::string key : {"rq:job:poison", "rq:results:poison"})
        BOOST_TEST(ttl(key) > 31'000'000, key);
    BOOST_TEST(listed("default") == "child");
    BOOST_TEST(field("poison", "freshet:reaped") == "(nil)");
}

BOOST_AUTO_TEST_CASE(a_failure_ttl_that_is_no_number_breaks_nothing) {
    for (const char* ttl_text : {"nan", "1e300", "-7", "soon", ""}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        ask({"HSET", "rq:job:a", "failure_ttl", ttl_text});
        let_expire(claim_one());
        const auto reaped = reap(0);
        BOOST_TEST_REQUIRE(reaped.size() == 1U, ttl_text);
        BOOST_TEST((reaped[0].what == What::failed), ttl_text);
        BOOST_TEST(registered("failed", "default", "a"), ttl_text);
    }
}

BOOST_AUTO_TEST_CASE(a_job_that_an_operator_asked_to_stop_does_not_run_again) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"HSET", "rq:job:a", "freshet:stop", lease.execution});
    let_expire(lease);
    const auto reaped = reap();
    BOOST_TEST_REQUIRE(reaped.size() == 1U);
    BOOST_TEST((reaped[0].what == What::stopped));
    BOOST_TEST(status("a") == "stopped");
    BOOST_TEST(registered("failed", "default", "a"));
    BOOST_TEST(listed("default") == "");
}

BOOST_AUTO_TEST_CASE(a_lease_whose_job_has_moved_on_just_goes) {
    for (const std::vector<std::string>& change : std::vector<std::vector<std::string>>{{"DEL", "rq:job:a"},
             {"HSET", "rq:job:a", "status", "canceled"}, {"HSET", "rq:job:a", "status", "finished"},
             {"HSET", "rq:job:a", "worker_name", "a-python-worker"},
             {"HSET", "rq:job:a", "freshet:execution", "another"}}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        const auto lease = claim_one();
        ask(change);
        const auto before = ask({"HGETALL", "rq:job:a"});
        let_expire(lease);
        const auto reaped = reap();
        BOOST_TEST_REQUIRE(reaped.size() == 1U);
        BOOST_TEST((reaped[0].what == What::gone));
        BOOST_TEST(ask({"HGETALL", "rq:job:a"}) == before);
        BOOST_TEST(listed("default") == "");
        BOOST_TEST(!leased(lease));
    }
}

BOOST_AUTO_TEST_CASE(no_more_leases_are_looked_at_than_asked) {
    for (const char* id : {"a", "b", "c"})
        enqueue(job(id));
    for (const ClaimedJob& job : claim(3))
        let_expire(job.lease);
    BOOST_TEST(wait(queue.reap(2, 3)).size() == 2U);
    BOOST_TEST(wait(queue.reap(2, 3)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_that_was_canceled_while_it_ran_expires_like_any_canceled_job) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"HSET", "rq:job:a", "status", "canceled"});
    let_expire(lease);
    reap();
    BOOST_TEST(ttl("rq:job:a") > 31'000'000);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
