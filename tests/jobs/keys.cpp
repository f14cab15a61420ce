#include "jobs/queue/operations.hpp"
#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

/// At most so many jobs of a key run at a time; the others wait in Redis without a slot.
struct Fixture : tests::QueueFixture {
    void enqueue_with_key(const std::string& id, const std::string& key = "r1:climate", int limit = 1) {
        auto keyed = job(id);
        keyed.key = key;
        keyed.key_limit = limit;
        enqueue(std::move(keyed));
    }
    std::string waiting(const std::string& key = "r1:climate") {
        auto text = ask({"LRANGE", "freshet:key:" + key + ":waiting", "0", "-1"});
        std::replace(text.begin(), text.end(), '\n', ',');
        return text;
    }
    Lease first_of_three() {
        for (const char* id : {"a", "b", "c"})
            enqueue_with_key(id);
        const auto claimed = claim(3);
        BOOST_TEST_REQUIRE(ids_of(claimed) == "a");
        BOOST_TEST_REQUIRE(waiting() == "b,c");
        return claimed[0].lease;
    }
    Operations operations{redis};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(keys, Fixture)

BOOST_AUTO_TEST_CASE(jobs_of_one_key_run_one_after_the_other_in_order_and_hold_up_nobody_else) {
    enqueue_with_key("a");
    enqueue_with_key("b");
    enqueue_with_key("c");
    enqueue(job("other"));
    enqueue_with_key("elsewhere", "r2:climate");
    auto claimed = claim(5);
    BOOST_TEST(ids_of(claimed) == "a,other,elsewhere");
    BOOST_TEST(claimed[0].key == "r1:climate");
    BOOST_TEST(status("b") == "queued");
    BOOST_TEST(claim(5).empty());

    complete(finished(claimed[0].lease));
    BOOST_TEST(listed("default") == "b");
    enqueue_with_key("d");
    claimed = claim(5);
    BOOST_TEST(ids_of(claimed) == "b");
    BOOST_TEST(waiting() == "c,d");
    complete(finished(claimed[0].lease));
    claimed = claim(5);
    BOOST_TEST(ids_of(claimed) == "c");
    complete(failed(claimed[0].lease));
    claimed = claim(5);
    BOOST_TEST(ids_of(claimed) == "d");
    complete(finished(claimed[0].lease));
    BOOST_TEST(!exists("freshet:key:r1:climate"));
    BOOST_TEST(!exists("freshet:key:r1:climate:waiting"));
    BOOST_TEST(!exists("freshet:keys"));
}

BOOST_AUTO_TEST_CASE(a_limit_above_one_lets_so_many_run) {
    for (const char* id : {"a", "b", "c", "d"})
        enqueue_with_key(id, "service", 2);
    const auto claimed = claim(4);
    BOOST_TEST(ids_of(claimed) == "a,b");
    complete(finished(claimed[1].lease));
    BOOST_TEST(ids_of(claim(4)) == "c");
    BOOST_TEST(waiting("service") == "d");
}

BOOST_AUTO_TEST_CASE(however_the_holder_ends_the_next_one_follows) {
    struct Case {
        const char* what;
        std::function<void(const Lease&)> end;
    };
    const std::vector<Case> cases{
        {"finished",
            [&](const Lease& lease) {
                complete(finished(lease));
            }},
        {"failed",
            [&](const Lease& lease) {
                complete(failed(lease));
            }},
        {"finished, nothing kept",
            [&](const Lease& lease) {
                auto completion = finished(lease);
                completion.keep_for = std::chrono::seconds(0);
                complete(completion);
            }},
        {"to be tried again later",
            [&](const Lease& lease) {
                auto completion = failed(lease);
                completion.retry_in = std::chrono::seconds(60);
                complete(completion);
            }},
        {"given up",
            [&](const Lease& lease) {
                let_expire(lease);
                reap(0);
            }},
        {"canceled and ended",
            [&](const Lease& lease) {
                wait(operations.cancel({lease.job_id}));
                complete(failed(lease));
            }},
        {"deleted",
            [&](const Lease& lease) {
                wait(operations.remove({lease.job_id}));
            }},
    };
    for (const Case& one : cases) {
        server.command({"FLUSHALL"});
        one.end(first_of_three());
        BOOST_TEST(ids_of(claim(3)) == "b", one.what);
        BOOST_TEST(waiting() == "c", one.what);
    }
}

BOOST_AUTO_TEST_CASE(a_job_that_runs_again_at_once_keeps_its_turn) {
    for (const bool reaped : {true, false}) {
        server.command({"FLUSHALL"});
        const auto lease = first_of_three();
        if (reaped) {
            let_expire(lease);
            reap();
        } else {
            std::vector<Lease> leases{lease};
            wait(queue.give_back(std::move(leases)));
        }
        BOOST_TEST(ids_of(claim(3)) == "a");
    }
}

BOOST_AUTO_TEST_CASE(a_holder_that_is_canceled_before_it_starts_passes_the_key_on) {
    complete(finished(first_of_three()));
    BOOST_TEST(listed("default") == "b");
    wait(operations.cancel({"b"}));
    BOOST_TEST(ids_of(claim(3)) == "c");
}

BOOST_AUTO_TEST_CASE(what_is_canceled_deleted_or_gone_while_it_waits_is_passed_over) {
    const auto lease = first_of_three();
    for (const char* id : {"d", "e"})
        enqueue_with_key(id);
    claim(3);
    wait(operations.cancel({"b"}));
    wait(operations.remove({"c"}));
    BOOST_TEST(waiting() == "d,e");
    ask({"DEL", "rq:job:d"});
    complete(finished(lease));
    BOOST_TEST(ids_of(claim(3)) == "e");
}

BOOST_AUTO_TEST_CASE(a_holder_that_a_worker_of_rq_ended_is_noticed) {
    for (const bool by_janitor : {true, false}) {
        server.command({"FLUSHALL"});
        const auto lease = first_of_three();
        ask({"HSET", "rq:job:a", "status", "finished"});
        let_expire(lease);
        wait(queue.reap(10, 3));
        if (by_janitor)
            wait(queue.grant_keys(100));
        else
            enqueue_with_key("d"); // whose claim looks after the key
        BOOST_TEST(ids_of(claim(3)) == "b");
    }
}

BOOST_AUTO_TEST_CASE(a_canceled_job_holds_its_key_until_its_execution_has_ended) {
    const auto lease = first_of_three();
    wait(operations.cancel({"a"}));
    wait(queue.grant_keys(100));
    enqueue_with_key("d");
    BOOST_TEST(ids_of(claim(3)) == "");
    complete(failed(lease));
    BOOST_TEST(ids_of(claim(3)) == "b");
}

BOOST_AUTO_TEST_CASE(a_key_that_only_the_task_knows_is_taken_after_the_claim) {
    enqueue(job("a"));
    enqueue(job("b"));
    const auto claimed = claim(2);
    const auto ask_for_key = [&](const Lease& lease) {
        return wait(queue.admit({.lease = lease, .key = "r1:climate"}));
    };
    BOOST_TEST((ask_for_key(claimed[0].lease) == Admission::go));
    BOOST_TEST((ask_for_key(claimed[0].lease) == Admission::go));
    BOOST_TEST((ask_for_key(claimed[1].lease) == Admission::aside));
    BOOST_TEST((ask_for_key(claimed[1].lease) == Admission::lost));
    BOOST_TEST(status("b") == "queued");
    BOOST_TEST(field("b", "worker_name") == "");
    BOOST_TEST(!leased(claimed[1].lease));
    BOOST_TEST(!registered("wip", "default", "b"));
    complete(finished(claimed[0].lease));
    const auto next = claim(2);
    BOOST_TEST_REQUIRE(ids_of(next) == "b");
    BOOST_TEST(next[0].key == "r1:climate");
}

BOOST_AUTO_TEST_CASE(a_limit_that_is_no_number_counts_as_one) {
    for (const char* limit : {"", "many", "0", "-3", "nan"}) {
        server.command({"FLUSHALL"});
        enqueue_with_key("a");
        enqueue_with_key("b");
        ask({"HSET", "rq:job:a", "freshet:key_limit", limit});
        ask({"HSET", "rq:job:b", "freshet:key_limit", limit});
        BOOST_TEST(ids_of(claim(2)) == "a", limit);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
