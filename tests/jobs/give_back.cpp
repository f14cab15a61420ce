#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {

BOOST_FIXTURE_TEST_SUITE(give_back, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(a_job_goes_back_to_the_head_of_its_queue_and_no_attempt_is_counted) {
    enqueue(job("a"));
    enqueue(job("b"));
    const auto lease = claim_one();
    beat(lease);
    BOOST_TEST(wait(queue.give_back({lease})) == 1U);
    BOOST_TEST(listed("default") == "a,b");
    BOOST_TEST(status("a") == "queued");
    BOOST_TEST(field("a", "worker_name") == "");
    BOOST_TEST(field("a", "started_at") == "");
    BOOST_TEST(field("a", "freshet:reaped") == "(nil)");
    BOOST_TEST(!registered("wip", "default", "a"));
    BOOST_TEST(!leased(lease));
    BOOST_TEST(!exists("rq:executions:a"));
    BOOST_TEST(!exists("rq:execution:a:" + lease.execution));
    BOOST_TEST(claim_one().job_id == "a");
}

BOOST_AUTO_TEST_CASE(several_jobs_stand_at_the_head_in_the_order_given) {
    for (const char* id : {"a", "b", "c", "d"})
        enqueue(job(id));
    std::vector<Lease> leases;
    for (const ClaimedJob& claimed : claim(3))
        leases.push_back(claimed.lease);
    BOOST_TEST(wait(queue.give_back(std::move(leases))) == 3U);
    BOOST_TEST(listed("default") == "a,b,c,d");
}

BOOST_AUTO_TEST_CASE(a_job_is_given_back_once) {
    enqueue(job("a"));
    const auto lease = claim_one();
    BOOST_TEST(wait(queue.give_back({lease})) == 1U);
    BOOST_TEST(wait(queue.give_back({lease})) == 0U);
    BOOST_TEST(listed("default") == "a");
}

BOOST_AUTO_TEST_CASE(who_lost_the_lease_gives_nothing_back) {
    enqueue(job("a"));
    const auto lost = claim_one();
    let_expire(lost);
    reap();
    const auto held = claim_one();
    BOOST_TEST(wait(queue.give_back({lost})) == 0U);
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(leased(held));
    BOOST_TEST(listed("default") == "");
}

BOOST_AUTO_TEST_CASE(a_job_that_ended_meanwhile_is_not_queued_again) {
    for (const std::vector<std::string>& end : std::vector<std::vector<std::string>>{{"DEL", "rq:job:a"},
             {"HSET", "rq:job:a", "status", "canceled"}, {"HSET", "rq:job:a", "status", "failed"}}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        const auto lease = claim_one();
        ask(end);
        const auto before = ask({"HGETALL", "rq:job:a"});
        BOOST_TEST(wait(queue.give_back({lease})) == 1U);
        BOOST_TEST(listed("default") == "");
        BOOST_TEST(ask({"HGETALL", "rq:job:a"}) == before);
        BOOST_TEST(!leased(lease));
    }
}

BOOST_AUTO_TEST_CASE(a_job_that_an_operator_asked_to_stop_ends_instead) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"HSET", "rq:job:a", "freshet:stop", lease.execution});
    BOOST_TEST(wait(queue.give_back({lease})) == 1U);
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(status("a") == "stopped");
    BOOST_TEST(registered("failed", "default", "a"));
    BOOST_TEST(inflate(field("a", "exc_info"), 1000).value().starts_with("Job stopped by user"));
}

BOOST_AUTO_TEST_CASE(one_that_was_canceled_while_it_ran_expires_like_any_canceled_job) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"HSET", "rq:job:a", "status", "canceled"});
    wait(queue.give_back({lease}));
    BOOST_TEST(ttl("rq:job:a") > 31'000'000);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
