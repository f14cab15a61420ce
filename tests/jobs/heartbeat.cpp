#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {

using std::chrono::seconds;

BOOST_FIXTURE_TEST_SUITE(heartbeat, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(a_lease_that_is_held_is_renewed) {
    enqueue(job("a"));
    const auto lease = claim_one();
    let_expire(lease);
    const auto before = server_time();
    BOOST_TEST((beat(lease) == LeaseState::held));
    BOOST_TEST(std::stoll(ask({"ZSCORE", "freshet:leases", "a:" + lease.execution})) >= (before + 30) * 1000);
    BOOST_TEST(from_rq_text(field("a", "last_heartbeat")).has_value());
}

BOOST_AUTO_TEST_CASE(executions_without_a_lease_are_told_from_those_that_hold_one) {
    enqueue(job("a"));
    const auto lease = claim_one();
    std::vector<std::string> asked{"gone", lease.execution, "gone-too"};
    BOOST_TEST(wait(queue.ended_among(asked)) == (std::vector<std::string>{"gone", "gone-too"}),
        boost::test_tools::per_element());
    wait(queue.give_back({lease}));
    BOOST_TEST(wait(queue.ended_among(asked)) == asked, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_started_registry_is_kept_as_rq_keeps_it) {
    struct Row {
        std::optional<seconds> left;
        int margin;
    };
    for (const Row row :
        {Row{seconds(3'600), 90}, Row{seconds(7), 67}, Row{seconds(-5), 60}, Row{std::nullopt, 90}}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        const auto lease = claim_one();
        ask({"ZADD", "rq:wip:default", "1", "a"});
        const auto before = server_time();
        std::vector<Pulse> pulse{{lease, row.left}};
        wait(queue.heartbeat(std::move(pulse)));
        const auto margin = std::stoll(ask({"ZSCORE", "rq:wip:default", "a"})) - before;
        BOOST_TEST(margin >= row.margin);
        BOOST_TEST(margin <= row.margin + 60);
    }
}

BOOST_AUTO_TEST_CASE(an_entry_that_rqs_cleaner_took_out_of_the_started_registry_stays_out) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"ZREM", "rq:wip:default", "a"});
    BOOST_TEST((beat(lease) == LeaseState::held));
    BOOST_TEST(!registered("wip", "default", "a"));
}

BOOST_AUTO_TEST_CASE(the_execution_of_rq_2_appears_with_a_time_to_live) {
    enqueue(job("a"));
    const auto lease = claim_one();
    const auto own = "rq:execution:a:" + lease.execution;
    BOOST_TEST(!exists(own));
    beat(lease);
    const auto created = ask({"HGET", own, "created_at"});
    beat(lease);
    BOOST_TEST(ask({"HGET", own, "created_at"}) == created);
    BOOST_TEST(ask({"HGET", own, "id"}) == lease.execution);
    BOOST_TEST(ask({"HGET", own, "worker_name"}) == "host.1.1");
    BOOST_TEST(std::stod(ask({"HGET", own, "last_heartbeat"})) >= std::stod(created));
    BOOST_TEST(ask({"ZRANGE", "rq:executions:a", "0", "-1"}) == lease.execution);
    BOOST_TEST(ttl(own) > 0);
    BOOST_TEST(ttl("rq:executions:a") > 0);
}

BOOST_AUTO_TEST_CASE(a_lease_that_was_reaped_does_not_come_back) {
    enqueue(job("a"));
    const auto lease = claim_one();
    let_expire(lease);
    reap();
    const auto before = ask({"HGETALL", "rq:job:a"});
    BOOST_TEST((beat(lease) == LeaseState::lost));
    BOOST_TEST(!leased(lease));
    BOOST_TEST(!registered("wip", "default", "a"));
    BOOST_TEST(ask({"HGETALL", "rq:job:a"}) == before);
}

BOOST_AUTO_TEST_CASE(a_job_that_was_deleted_is_not_written_anew) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"DEL", "rq:job:a"});
    BOOST_TEST((beat(lease) == LeaseState::held));
    BOOST_TEST(!exists("rq:job:a"));
}

BOOST_AUTO_TEST_CASE(an_execution_hears_that_it_is_to_stop) {
    struct Row {
        const char* what;
        std::vector<std::string> change;
        LeaseState expected;
    };
    enqueue(job("a"));
    const auto lease = claim_one();
    for (const Row& row : std::vector<Row>{
             {"a stop of an earlier execution", {"HSET", "rq:job:a", "freshet:stop", "other"},
                 LeaseState::held},
             {"a stop of this one", {"HSET", "rq:job:a", "freshet:stop", lease.execution},
                 LeaseState::stop_asked},
             {"taken back", {"HDEL", "rq:job:a", "freshet:stop"}, LeaseState::held},
             {"canceled", {"HSET", "rq:job:a", "status", "canceled"}, LeaseState::stop_asked},
         }) {
        ask(row.change);
        BOOST_TEST((beat(lease) == row.expected), row.what);
    }
    BOOST_TEST(leased(lease));
}

BOOST_AUTO_TEST_CASE(each_execution_of_a_process_has_its_own_answer) {
    for (const char* id : {"a", "b", "c"})
        enqueue(job(id));
    const auto claimed = claim(3);
    let_expire(claimed[1].lease);
    reap();
    ask({"HSET", "rq:job:c", "freshet:stop", claimed[2].lease.execution});
    std::vector<Pulse> pulses;
    for (const ClaimedJob& job : claimed)
        pulses.push_back({job.lease, seconds(10)});
    const auto states = wait(queue.heartbeat(std::move(pulses)));
    BOOST_TEST((states == std::vector{LeaseState::held, LeaseState::lost, LeaseState::stop_asked}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
