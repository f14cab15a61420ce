#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {

using std::chrono::seconds;

BOOST_FIXTURE_TEST_SUITE(claim, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(a_claimed_job_has_started_under_a_lease_and_is_on_no_list) {
    enqueue(run_job("a", "r1"));
    const auto before = server_time();
    const auto claimed = claim();
    BOOST_TEST_REQUIRE(claimed.size() == 1U);
    const ClaimedJob& job = claimed[0];
    BOOST_TEST(job.lease.job_id == "a");
    BOOST_TEST(job.lease.queue == "default");
    BOOST_TEST(job.lease.worker == "host.1.1");
    BOOST_TEST(decode_call(job.data).value().name() == "build_climate_rq");
    BOOST_TEST((job.time_limit == seconds(43'200)));
    BOOST_TEST((job.result_ttl == seconds(500)));
    BOOST_TEST((job.failure_ttl == seconds(31'536'000)));

    BOOST_TEST(listed("default") == "");
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(field("a", "worker_name") == "host.1.1");
    BOOST_TEST(field("a", "freshet:execution") == job.lease.execution);
    BOOST_TEST(from_rq_text(field("a", "started_at")).has_value());
    BOOST_TEST(field("a", "last_heartbeat") == field("a", "started_at"));
    const auto wip = std::stoll(ask({"ZSCORE", "rq:wip:default", "a"})) - before;
    BOOST_TEST(wip >= 90);
    BOOST_TEST(wip <= 150);
    const auto lease =
        std::stoll(ask({"ZSCORE", "freshet:leases", "a:" + job.lease.execution})) - 1000 * before;
    BOOST_TEST(lease >= 30'000);
    BOOST_TEST(lease <= 90'000);
}

BOOST_AUTO_TEST_CASE(a_queue_of_higher_priority_is_emptied_first) {
    for (const auto& [id, queue] :
        {std::pair{"l1", "low"}, {"d1", "default"}, {"h1", "high"}, {"d2", "default"}, {"h2", "high"}})
        enqueue(job(id, queue));
    BOOST_TEST(ids_of(claim(4)) == "h1,h2,d1,d2");
    BOOST_TEST(ids_of(claim(4)) == "l1");
    BOOST_TEST(ids_of(claim(4)) == "");
}

BOOST_AUTO_TEST_CASE(nothing_is_claimed_while_the_workers_are_suspended) {
    enqueue(job("a"));
    ask({"SET", "rq:suspended", "1"});
    const auto claimed = wait(queue.claim({.workers = {"w"}}));
    BOOST_TEST(claimed.suspended);
    BOOST_TEST(claimed.jobs.empty());
    BOOST_TEST(listed("default") == "a");
    ask({"DEL", "rq:suspended"});
    const auto then = wait(queue.claim({.workers = {"w"}}));
    BOOST_TEST(!then.suspended);
    BOOST_TEST(ids_of(then.jobs) == "a");
}

BOOST_AUTO_TEST_CASE(a_job_that_has_cost_a_worker_is_not_claimed_ahead_nor_is_any_other_beside_it) {
    for (const char* id : {"a", "b", "c", "d"})
        enqueue(job(id));
    ask({"HSET", "rq:job:b", "freshet:reaped", "1"});
    const auto claim_one_and_two_ahead = [&] {
        return ids_of(wait(queue.claim({.workers = {"w.1", "w.1", "w.1"}, .ahead = 2})).jobs);
    };
    BOOST_TEST(claim_one_and_two_ahead() == "a");
    BOOST_TEST(listed("default") == "b,c,d");
    BOOST_TEST(claim_one_and_two_ahead() == "b");
    BOOST_TEST(listed("default") == "c,d");
    BOOST_TEST(claim_one_and_two_ahead() == "c,d");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_listed_twice_starts_once) {
    enqueue(job("a"));
    ask({"RPUSH", "rq:queue:default", "a"});
    BOOST_TEST(ids_of(claim(4)) == "a");
    BOOST_TEST(ask({"ZCARD", "freshet:leases"}) == "1");
    BOOST_TEST(listed("default") == "");
}

BOOST_AUTO_TEST_CASE(a_call_for_thousands_of_slots_claims_as_many_jobs) {
    std::vector<NewJob> jobs(5'000, job(""));
    wait(producer.enqueue_all(std::move(jobs)));
    BOOST_TEST(claim(4'096).size() == 4'096U);
    BOOST_TEST(ask({"ZCARD", "freshet:leases"}) == "4096");
    BOOST_TEST(ask({"ZCARD", "rq:wip:default"}) == "4096");
    BOOST_TEST(ask({"LLEN", "rq:queue:default"}) == "904");
}

BOOST_AUTO_TEST_CASE(a_taken_id_starts_before_what_waits_on_the_queues) {
    enqueue(job("taken"));
    ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    enqueue(job("waits", "high"));
    BOOST_TEST(ids_of(claim(1, {{"default", "taken"}})) == "taken");
    BOOST_TEST(!exists("rq:queue:default:intermediate"));
    BOOST_TEST(listed("high") == "waits");
}

BOOST_AUTO_TEST_CASE(taken_ids_without_a_slot_go_back_to_the_head_in_their_order) {
    for (const char* id : {"a", "b", "c", "d"})
        enqueue(job(id));
    for (int i = 0; i < 3; ++i)
        ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    const std::vector<TakenId> taken{{"default", "a"}, {"default", "b"}, {"default", "c"}};
    BOOST_TEST(ids_of(claim(1, taken)) == "a");
    BOOST_TEST(listed("default") == "b,c,d");
    BOOST_TEST(!exists("rq:queue:default:intermediate"));
}

BOOST_AUTO_TEST_CASE(taken_ids_go_back_when_the_workers_are_suspended) {
    enqueue(job("a"));
    ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    ask({"SET", "rq:suspended", "1"});
    BOOST_TEST(claim(1, {{"default", "a"}}).empty());
    BOOST_TEST(listed("default") == "a");
}

BOOST_AUTO_TEST_CASE(a_taken_id_that_somebody_else_returned_is_not_taken_twice) {
    enqueue(job("a"));
    BOOST_TEST(ids_of(claim(2, {{"default", "a"}})) == "a");
    BOOST_TEST(ids_of(claim(2, {{"default", "a"}})) == "");
}

BOOST_AUTO_TEST_CASE(a_taken_id_of_a_queue_that_is_not_ours_is_a_mistake) {
    const auto claimed = result_of(queue.claim({.workers = {"w"}, .taken = {{"elsewhere", "a"}}}));
    BOOST_TEST((claimed.error().code == Errc::bad_input));
}

BOOST_AUTO_TEST_CASE(what_redis_will_not_show_stays_on_its_queue) {
    for (const char* id : {"a", "b", "c"})
        enqueue(job(id));
    ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    server.command({"ACL", "SETUSER", "default", "-hgetall"});
    const auto claimed = result_of(queue.claim({.workers = {"w"}, .taken = {{"default", "a"}}}));
    server.command({"ACL", "SETUSER", "default", "+hgetall"});
    BOOST_TEST(!claimed.has_value());
    BOOST_TEST(listed("default") == "a,b,c");
    BOOST_TEST(ids_of(claim(3)) == "a,b,c");
}

BOOST_AUTO_TEST_CASE(an_id_without_a_job_to_start_is_dropped_and_the_next_one_starts) {
    struct Row {
        const char* what;
        std::vector<std::string> command;
        bool starts;
    };
    for (const Row& row : std::vector<Row>{
             {"the hash is gone", {"DEL", "rq:job:odd"}, false},
             {"nothing to call", {"HDEL", "rq:job:odd", "data"}, false},
             {"canceled", {"HSET", "rq:job:odd", "status", "canceled"}, false},
             {"finished", {"HSET", "rq:job:odd", "status", "finished"}, false},
             {"failed", {"HSET", "rq:job:odd", "status", "failed"}, false},
             {"stopped", {"HSET", "rq:job:odd", "status", "stopped"}, false},
             {"deferred", {"HSET", "rq:job:odd", "status", "deferred"}, false},
             {"scheduled", {"HSET", "rq:job:odd", "status", "scheduled"}, false},
             {"created, by RQ 2.4", {"HSET", "rq:job:odd", "status", "created"}, true},
             {"without status", {"HDEL", "rq:job:odd", "status"}, true},
             {"started, but nobody runs it", {"HSET", "rq:job:odd", "status", "started"}, true},
         }) {
        server.command({"FLUSHALL"});
        enqueue(job("odd"));
        enqueue(job("sound"));
        ask(row.command);
        BOOST_TEST(ids_of(claim(2)) == (row.starts ? "odd,sound" : "sound"), row.what);
        BOOST_TEST(listed("default") == "", row.what);
    }
}

BOOST_AUTO_TEST_CASE(an_id_that_stands_twice_on_a_list_starts_once) {
    enqueue(job("a"));
    ask({"RPUSH", "rq:queue:default", "a"});
    const auto lease = claim_one();
    BOOST_TEST(claim().empty());
    ask({"RPUSH", "rq:queue:default", "a"});
    complete(finished(lease));
    BOOST_TEST(claim().empty());
}

BOOST_AUTO_TEST_CASE(a_job_that_another_worker_runs_is_left_to_it) {
    for (const std::vector<std::string>& trace :
        std::vector<std::vector<std::string>>{{"ZADD", "rq:wip:default", "9999999999", "a"},
            {"ZADD", "rq:executions:a", "9999999999", "execution-of-rq-2"}}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        ask({"HSET", "rq:job:a", "status", "started"});
        ask(trace);
        BOOST_TEST(claim().empty(), trace[1]);
    }
}

BOOST_AUTO_TEST_CASE(a_key_of_another_kind_costs_no_other_job) {
    ask({"SADD", "rq:job:set", "x"});
    ask({"RPUSH", "rq:queue:default", "set"});
    enqueue(job("sound"));
    BOOST_TEST(ids_of(claim(2)) == "sound");

    enqueue(job("important", "high"));
    enqueue(job("second", "high"));
    ask({"DEL", "rq:queue:default"});
    ask({"SET", "rq:queue:default", "not a list"});
    BOOST_TEST(ids_of(claim(2)) == "important,second");
    const auto refused = result_of(queue.claim({.workers = {"w"}}));
    BOOST_TEST((refused.error().code == Errc::refused));
    BOOST_TEST(refused.error().message.find("rq:queue:default: WRONGTYPE") != std::string::npos,
        refused.error().message);
}

BOOST_AUTO_TEST_CASE(a_job_that_was_failed_before_does_not_expire_while_it_runs) {
    enqueue(job("a"));
    ask({"EXPIRE", "rq:job:a", "100"});
    claim_one();
    BOOST_TEST(ttl("rq:job:a") == -1);
}

BOOST_AUTO_TEST_CASE(the_time_limit_and_the_score_follow_the_timeout_field) {
    struct Row {
        const char* timeout;
        std::optional<std::int64_t> limit;
        int score;
    };
    for (const Row row : {Row{"10", 10, 70}, Row{"30", 30, 90}, Row{"3600", 3600, 90},
             Row{"-1", std::nullopt, 90}, Row{"12.7", 12, 72}, Row{"", 180, 90}, Row{"soon", 180, 90},
             Row{"nan", 180, 90}, Row{"1e15", 3'153'600'000, 90}, Row{"inf", 3'153'600'000, 90},
             Row{"-inf", std::nullopt, 90}, Row{"9223372036854775807", 3'153'600'000, 90}}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        ask({"HSET", "rq:job:a", "timeout", row.timeout});
        const auto before = server_time();
        const auto claimed = claim();
        BOOST_TEST_REQUIRE(claimed.size() == 1U, row.timeout);
        const auto limit = claimed[0].time_limit;
        BOOST_TEST(limit.has_value() == row.limit.has_value(), row.timeout);
        if (limit && row.limit) BOOST_TEST(limit->count() == *row.limit, row.timeout);
        const auto margin = std::stod(ask({"ZSCORE", "rq:wip:default", "a"})) - static_cast<double>(before);
        BOOST_TEST(margin >= row.score, row.timeout);
        BOOST_TEST(margin <= row.score + 60, row.timeout);
    }
}

BOOST_AUTO_TEST_CASE(what_the_executor_must_know_comes_with_the_job) {
    enqueue(job("a"));
    ask({"HSET", "rq:job:a", "result_ttl", "0", "failure_ttl", "-1", "meta", "{}", "freshet:reaped", "2",
        "success_callback_name", "m.ok", "failure_callback_name", "", "stopped_callback_name", "m.stop",
        "webhooks", "[{}]", "rate_limit_key", "k", "retries_left", "2", "retry_intervals", "[5]",
        "number_of_retries", "1"});
    const auto claimed = claim();
    BOOST_TEST_REQUIRE(claimed.size() == 1U);
    BOOST_TEST((claimed[0].result_ttl == seconds(0)));
    BOOST_TEST((claimed[0].failure_ttl == seconds(-1)));
    BOOST_TEST(claimed[0].meta == "{}");
    BOOST_TEST(claimed[0].reaped == 2);
    const auto& callbacks = claimed[0].callbacks;
    BOOST_TEST(callbacks.success == "m.ok");
    BOOST_TEST(callbacks.failure == "");
    BOOST_TEST(callbacks.stopped == "m.stop");
    BOOST_TEST(claimed[0].webhooks == "[{}]");
    BOOST_TEST(claimed[0].rate_limit_key == "k");
    BOOST_TEST(claimed[0].retries.left == 2);
    BOOST_TEST(claimed[0].retries.done == 1);
    BOOST_TEST((claimed[0].retries.intervals == std::vector<seconds>{seconds(5)}));
}

BOOST_AUTO_TEST_CASE(a_job_that_was_moved_to_another_list_stays_in_the_registries_of_its_origin) {
    enqueue(job("a", "low"));
    ask({"LMOVE", "rq:queue:low", "rq:queue:high", "LEFT", "RIGHT"});
    const auto lease = claim_one();
    BOOST_TEST(lease.queue == "low");
    BOOST_TEST(registered("wip", "low", "a"));
}

BOOST_AUTO_TEST_CASE(an_execution_whose_job_was_queued_again_by_others_loses_its_lease) {
    enqueue(job("a"));
    const auto first = claim_one();
    ask({"HSET", "rq:job:a", "status", "queued"}); // as RQ's clean-up does it, with retries left
    ask({"RPUSH", "rq:queue:default", "a"});
    const auto second = claim_one();
    BOOST_TEST((beat(first) == LeaseState::lost));
    BOOST_TEST((complete(finished(first)).what == CompletionReply::What::lost));
    BOOST_TEST((complete(finished(second)).what == CompletionReply::What::done));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
