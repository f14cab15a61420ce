#include "worker/wepp/tree.hpp"

#include "tests/support/queue_fixture.hpp"

namespace freshet::worker::wepp {
namespace {

using namespace freshet::tests;

struct TreeFixture : QueueFixture {
    TreeFixture() {
        wait(producer.enqueue(job_named("root")));
        run_next();
    }

    static jobs::NewJob job_named(const std::string& id, std::vector<std::string> after = {}) {
        jobs::NewJob job;
        job.call.function = "freshet.noop";
        job.id = id;
        job.depends_on = std::move(after);
        return job;
    }
    void add(std::vector<jobs::NewJob> members) { must(tree.enqueue(std::move(members))); }
    void must(boost::asio::awaitable<Result<>> call) { result_of(std::move(call)).value(); }

    jobs::Lease claim() { return wait(queue.claim({.workers = {"w.1.1"}})).jobs.at(0).lease; }
    void end(jobs::Lease lease, jobs::Completion::Outcome outcome) {
        jobs::Completion completion;
        completion.lease = std::move(lease);
        completion.outcome = outcome;
        wait(queue.complete({completion}));
    }
    void run_next() { end(claim(), jobs::Completion::Outcome::finished); }

    jobs::Producer producer{redis};
    jobs::WorkQueue queue{redis, {"default"}, std::chrono::seconds(60)};
    Tree tree{redis, "root"};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tree, TreeFixture)

BOOST_AUTO_TEST_CASE(a_join_waits_for_what_was_added_before_its_first_dependency_ended) {
    add({job_named("plan"), job_named("join", {"plan"})});
    const auto plan = claim();
    add({job_named("chunk1"), job_named("chunk2")});
    run_next(); // chunk1 ends before the join knows of it
    must(tree.extend_join("join", {"chunk1", "chunk2"}));
    must(tree.extend_join("join", {"chunk1", "chunk2"}));
    end(plan, jobs::Completion::Outcome::finished);
    BOOST_TEST(status("join") == "deferred");
    run_next();
    BOOST_TEST(status("join") == "queued");
    BOOST_TEST(result_of(tree.extend_join("join", {"late"})).error().message.find("found it 'queued'") !=
               std::string::npos);
    BOOST_TEST(!exists("rq:job:late:dependents"));
}

BOOST_AUTO_TEST_CASE(members_whose_ids_are_taken_stay_as_they_are) {
    add({job_named("plan"), job_named("join", {"plan"})});
    run_next();
    add({job_named("plan"), job_named("join", {"plan"})});
    BOOST_TEST(status("plan") == "finished");
    BOOST_TEST(listed("default") == "join");
}

BOOST_AUTO_TEST_CASE(the_first_failure_cancels_what_has_not_started_and_leaves_what_runs) {
    wait(producer.enqueue(job_named("stranger")));
    run_next();
    add({job_named("failing"), job_named("running"), job_named("waiting"),
        job_named("last", {"failing", "running"}), job_named("after-last", {"last"})});
    wait(producer.enqueue(job_named("outsider")));
    const auto failing = claim();
    const auto running = claim();
    end(failing, jobs::Completion::Outcome::failed);

    for (const auto* id : {"waiting", "last", "after-last"}) {
        BOOST_TEST(status(id) == "canceled", id);
        BOOST_TEST(registered("canceled", "default", id), id);
        BOOST_TEST(!registered("deferred", "default", id), id);
        BOOST_TEST(ttl("rq:job:" + std::string(id)) > 0, id);
    }
    BOOST_TEST(!exists("rq:job:last:dependents"));
    BOOST_TEST(listed("default") == "outsider");
    BOOST_TEST(status("running") == "started");
    BOOST_TEST(wait(tree.note(0, 1, 5)).failed == "failing");
    end(running, jobs::Completion::Outcome::failed);
    BOOST_TEST(wait(tree.note(0, 0, 5)).failed == "failing");
}

BOOST_AUTO_TEST_CASE(a_failure_that_is_tried_again_cancels_nothing) {
    add({job_named("failing"), job_named("last", {"failing"})});
    jobs::Completion completion;
    completion.lease = claim();
    completion.outcome = jobs::Completion::Outcome::failed;
    completion.retry_in = std::chrono::seconds(60);
    wait(queue.complete({completion}));
    BOOST_TEST(status("last") == "deferred");
    BOOST_TEST(wait(tree.note(0, 0, 5)).failed == "");
}

BOOST_AUTO_TEST_CASE(progress_counts_each_hillslope_once_and_names_the_oldest) {
    const auto first = wait(tree.note(0, 7, 3));
    BOOST_TEST(first.tell);
    BOOST_TEST(first.oldest == "7");
    BOOST_TEST(first.oldest_since > 1'700'000'000);
    BOOST_TEST(wait(tree.note(0, 7, 3)).oldest_since == first.oldest_since);
    BOOST_TEST(wait(tree.note(7, 8, 3)).done == 1U);
    BOOST_TEST(wait(tree.note(7, 0, 3)).done == 1U);
    BOOST_TEST(wait(tree.note(8, 9, 3)).oldest == "9");
    const auto last = wait(tree.note(9, 0, 3));
    BOOST_TEST(last.done == 3U);
    BOOST_TEST(last.oldest == "");
    BOOST_TEST(last.tell);
    BOOST_TEST(ttl("freshet:wepp:root:done") > 0);
}

BOOST_AUTO_TEST_CASE(progress_in_the_meta_never_goes_back_and_keeps_the_rest) {
    must(tree.edit_meta("root", [](auto& meta) { meta["kept"] = 1; }));
    must(tree.show({.done = 2, .total = 3, .oldest_since = 0, .tell = false}));
    must(tree.show({.done = 1, .total = 3, .oldest_since = 0, .tell = false}));
    BOOST_TEST(field("root", "meta") ==
               R"({"kept":1,"progress":{"done":2,"total":3,"oldest":null,"oldest_since":null}})");
}

BOOST_AUTO_TEST_CASE(a_change_of_the_meta_by_another_is_not_lost) {
    int calls = 0;
    must(tree.edit_meta("root", [&](auto& meta) {
        if (++calls == 1) ask({"HSET", "rq:job:root", "meta", R"({"theirs":1})"});
        meta["ours"] = 2;
    }));
    BOOST_TEST(field("root", "meta") == R"({"theirs":1,"ours":2})");
    BOOST_TEST(calls == 2);
}

BOOST_AUTO_TEST_CASE(progress_keeps_the_root_and_one_that_is_gone_does_not_come_back) {
    BOOST_TEST(ttl("rq:job:root") <= 500);
    must(tree.show({.done = 1, .total = 3, .oldest_since = 0, .tell = false}));
    BOOST_TEST(ttl("rq:job:root") > 600'000);
    ask({"DEL", "rq:job:root"});
    must(tree.show({.done = 1, .total = 3, .oldest_since = 0, .tell = false}));
    BOOST_TEST(!exists("rq:job:root"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::wepp
