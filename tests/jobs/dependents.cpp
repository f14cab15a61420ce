#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {

BOOST_FIXTURE_TEST_SUITE(dependents, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(a_chain_runs_link_by_link) {
    enqueue(job("a"));
    enqueue(child("b", {"a"}));
    enqueue(child("c", {"b"}));
    for (const char* id : {"a", "b", "c"}) {
        const auto lease = claim_one();
        BOOST_TEST(lease.job_id == id);
        BOOST_TEST(claim().empty());
        complete(finished(lease));
    }
    BOOST_TEST(status("c") == "finished");
    BOOST_TEST(!exists("rq:deferred:default"));
}

BOOST_AUTO_TEST_CASE(a_diamond_closes_when_both_sides_have_finished) {
    enqueue(job("top"));
    enqueue(child("left", {"top"}));
    enqueue(child("right", {"top"}));
    enqueue(child("bottom", {"left", "right"}));
    complete(finished(claim_one()));
    const auto sides = claim(2);
    BOOST_TEST_REQUIRE(sides.size() == 2U);
    complete(finished(sides[0].lease));
    BOOST_TEST(status("bottom") == "deferred");
    complete(finished(sides[1].lease));
    BOOST_TEST(listed("default") == "bottom");
    BOOST_TEST(from_rq_text(field("bottom", "enqueued_at")).has_value());
}

BOOST_AUTO_TEST_CASE(a_failure_releases_only_those_who_allow_it) {
    struct Row {
        Completion::Outcome outcome;
        const char* released;
    };
    using enum Completion::Outcome;
    for (const Row row : {Row{Completion::Outcome::finished, "strict,easy"},
             Row{Completion::Outcome::failed, "easy"}, Row{stopped, "easy"}}) {
        server.command({"FLUSHALL"});
        enqueue(job("parent", "high"));
        enqueue(child("strict", {"parent"}));
        auto easy = child("easy", {"parent"});
        easy.on_failed_dependency = NewJob::OnFailure::run;
        enqueue(easy);
        auto completion = tests::QueueFixture::failed(claim_one());
        completion.outcome = row.outcome;
        complete(completion);
        auto names = listed("default");
        if (names == "easy,strict") names = "strict,easy"; // a set has no order
        BOOST_TEST(names == row.released);
        BOOST_TEST(
            registered("deferred", "default", "strict") == (row.outcome != Completion::Outcome::finished));
    }
}

BOOST_AUTO_TEST_CASE(a_child_of_two_parents_runs_once_although_one_runs_again) {
    enqueue(job("a"));
    enqueue(job("b"));
    enqueue(child("child", {"a", "b"}));
    for (const ClaimedJob& job : claim(2))
        complete(finished(job.lease));
    for (const std::string parent : {"a", "b"})
        BOOST_TEST(!exists("rq:job:" + parent + ":dependents"));
    complete(finished(claim_one()));

    ask({"HSET", "rq:job:a", "status", "queued"});
    ask({"RPUSH", "rq:queue:default", "a"});
    complete(finished(claim_one()));
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(status("child") == "finished");
}

BOOST_AUTO_TEST_CASE(a_canceled_child_does_not_start) {
    enqueue(job("parent"));
    enqueue(child("child", {"parent"}));
    ask({"HSET", "rq:job:child", "status", "canceled"});
    ask({"ZREM", "rq:deferred:default", "child"});
    complete(finished(claim_one()));
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(status("child") == "canceled");
    BOOST_TEST(!exists("rq:job:parent:dependents"));
}

BOOST_AUTO_TEST_CASE(a_child_whose_hash_is_gone_is_forgotten) {
    enqueue(job("parent"));
    enqueue(child("child", {"parent"}));
    ask({"DEL", "rq:job:child"});
    complete(finished(claim_one()));
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(!exists("rq:job:child"));
}

BOOST_AUTO_TEST_CASE(a_parent_that_leaves_no_result_releases_its_children) {
    enqueue(job("parent"));
    enqueue(child("child", {"parent"}));
    auto completion = finished(claim_one());
    completion.keep_for = std::chrono::seconds(0);
    complete(completion);
    BOOST_TEST(listed("default") == "child");
}

BOOST_AUTO_TEST_CASE(an_impatient_child_goes_to_the_front) {
    enqueue(job("parent", "high"));
    enqueue(job("waits"));
    auto first = child("child", {"parent"});
    first.place = NewJob::Place::front;
    enqueue(first);
    complete(finished(claim_one()));
    BOOST_TEST(listed("default") == "child,waits");
}

BOOST_AUTO_TEST_CASE(a_child_with_a_time_of_its_own_waits_for_that_too) {
    enqueue(job("parent"));
    auto later = child("child", {"parent"});
    later.due = std::chrono::sys_seconds(std::chrono::seconds(2'000'000'000'0));
    BOOST_TEST((enqueue(later).what == Receipt::What::deferred));
    complete(finished(claim_one()));
    BOOST_TEST(status("child") == "scheduled");
    BOOST_TEST(registered("scheduled", "default", "child"));
    BOOST_TEST(!registered("deferred", "default", "child"));
    BOOST_TEST(listed("default") == "");
}

BOOST_AUTO_TEST_CASE(children_wait_while_a_failed_parent_is_tried_again) {
    enqueue(job("parent"));
    auto easy = child("child", {"parent"});
    easy.on_failed_dependency = NewJob::OnFailure::run;
    enqueue(easy);
    auto completion = tests::QueueFixture::failed(claim_one());
    completion.retry_in = std::chrono::seconds(0);
    complete(completion);
    BOOST_TEST(listed("default") == "parent");
    complete(finished(claim_one()));
    BOOST_TEST(listed("default") == "child");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
