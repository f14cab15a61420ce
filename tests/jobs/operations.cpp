#include "jobs/queue/operations.hpp"

#include "tests/jobs/listening_fixture.hpp"

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    Operations operations{redis};

    Canceled cancel(const std::string& id) { return wait(operations.cancel({id})).at(0); }
    Requeued requeue(const std::string& id) { return wait(operations.requeue({id})).at(0); }
    Stopped stop(const std::string& id) { return wait(operations.stop({id})).at(0); }
    Deleted remove(const std::string& id) { return wait(operations.remove({id})).at(0); }

    NewJob later(const std::string& id) {
        auto later = job(id);
        later.due = std::chrono::sys_seconds(std::chrono::seconds(2'000'000'000));
        return later;
    }
};

/// Brings job `a` into a state, in the way in which jobs get there.
void bring_to(Fixture& fixture, std::string_view state) {
    if (state == "gone") return;
    if (state == "scheduled") fixture.enqueue(fixture.later("a"));
    if (state == "deferred") fixture.enqueue(fixture.job("parent", "of-nobody"));
    fixture.enqueue(state == "deferred" ? fixture.child("a", {"parent"}) : fixture.job("a"));
    if (state == "canceled") fixture.cancel("a");
    if (state != "started" && state != "finished" && state != "failed" && state != "stopped") return;
    auto completion = fixture.finished(fixture.claim_one());
    if (state == "started") return;
    if (state == "failed") completion.outcome = Completion::Outcome::failed;
    if (state == "stopped") completion.outcome = Completion::Outcome::stopped;
    fixture.complete(completion);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(operations, Fixture)

BOOST_AUTO_TEST_CASE(each_operation_answers_by_the_state_of_the_job) {
    struct Row {
        const char* state;
        Canceled canceled;
        Requeued requeued;
        Stopped stopped;
        Deleted deleted;
    };
    for (const Row& row : {
             Row{"queued", Canceled::canceled, Requeued::absent, Stopped::idle, Deleted::deleted},
             Row{"deferred", Canceled::canceled, Requeued::absent, Stopped::idle, Deleted::deleted},
             Row{"scheduled", Canceled::canceled, Requeued::absent, Stopped::idle, Deleted::deleted},
             Row{"started", Canceled::stopping, Requeued::absent, Stopped::asked, Deleted::deleted},
             Row{"finished", Canceled::ended, Requeued::absent, Stopped::idle, Deleted::deleted},
             Row{"failed", Canceled::ended, Requeued::queued, Stopped::idle, Deleted::deleted},
             Row{"stopped", Canceled::ended, Requeued::queued, Stopped::idle, Deleted::deleted},
             Row{"canceled", Canceled::ended, Requeued::absent, Stopped::idle, Deleted::deleted},
             Row{"gone", Canceled::gone, Requeued::gone, Stopped::gone, Deleted::gone},
         }) {
        const auto anew = [&] {
            server.command({"FLUSHALL"});
            bring_to(*this, row.state);
            BOOST_TEST(status("a") == (row.state == std::string("gone") ? "(nil)" : row.state));
        };
        anew();
        BOOST_TEST((cancel("a") == row.canceled), row.state);
        anew();
        BOOST_TEST((requeue("a") == row.requeued), row.state);
        BOOST_TEST((requeue("a") == (row.requeued == Requeued::gone ? Requeued::gone : Requeued::absent)),
            row.state << ", again");
        anew();
        BOOST_TEST((stop("a") == row.stopped), row.state);
        anew();
        BOOST_TEST((remove("a") == row.deleted), row.state);
        BOOST_TEST(!exists("rq:job:a"), row.state);
        for (const char* registry : {"wip", "deferred", "scheduled", "finished", "failed", "canceled"})
            BOOST_TEST(!registered(registry, "default", "a"), row.state << " in " << registry);
        BOOST_TEST(listed("default") == "", row.state);
    }
}

BOOST_AUTO_TEST_CASE(a_canceled_job_is_in_no_other_place_and_never_starts) {
    enqueue(job("parent", "high"));
    enqueue(job("queued"));
    enqueue(later("scheduled"));
    enqueue(child("deferred", {"parent"}));
    for (const std::string id : {"queued", "scheduled", "deferred"}) {
        BOOST_TEST((cancel(id) == Canceled::canceled), id);
        BOOST_TEST(status(id) == "canceled", id);
        BOOST_TEST(registered("canceled", "default", id), id);
        BOOST_TEST(ttl("rq:job:" + id) > 31'000'000, id);
        BOOST_TEST((cancel(id) == Canceled::ended), id);
    }
    for (const std::string key :
        {"rq:queue:default", "rq:scheduled:default", "rq:deferred:default", "rq:job:parent:dependents"})
        BOOST_TEST(!exists(key), key);
    BOOST_TEST(ids_of(claim(5)) == "parent");
}

BOOST_AUTO_TEST_CASE(a_canceled_job_is_taken_off_the_intermediate_list) {
    enqueue(job("a"));
    ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    cancel("a");
    BOOST_TEST(!exists("rq:queue:default:intermediate"));
}

BOOST_AUTO_TEST_CASE(a_running_job_that_is_canceled_is_stopped_and_stays_canceled) {
    enqueue(job("a"));
    const auto lease = claim_one();
    BOOST_TEST((cancel("a") == Canceled::stopping));
    BOOST_TEST((beat(lease) == LeaseState::stop_asked));
    auto completion = failed(lease, "Job stopped by user");
    completion.outcome = Completion::Outcome::stopped;
    complete(completion);
    BOOST_TEST(status("a") == "canceled");
    BOOST_TEST(!registered("failed", "default", "a"));
    BOOST_TEST(ttl("rq:job:a") > 0);
}

// It records the job as stopped, over whatever stands there.
BOOST_FIXTURE_TEST_CASE(a_job_of_a_worker_of_rq_that_listens_is_left_to_it, tests::ListeningFixture) {
    listen("rq:pubsub:host.1.1");
    Operations operations(redis);
    for (const std::string worker : {"host.1.1", "deaf"}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        ask({"LPOP", "rq:queue:default"});
        ask({"HSET", "rq:job:a", "status", "started", "worker_name", worker});
        BOOST_TEST((wait(operations.cancel({"a"})).at(0) == Canceled::stopping), worker);
        BOOST_TEST(status("a") == (worker == "deaf" ? "canceled" : "started"), worker);
        BOOST_TEST(registered("canceled", "default", "a") == (worker == "deaf"), worker);
    }
}

BOOST_AUTO_TEST_CASE(what_has_ended_or_never_was_cannot_be_canceled) {
    run_to_the_end("a");
    BOOST_TEST((cancel("a") == Canceled::ended));
    BOOST_TEST(status("a") == "finished");
    BOOST_TEST((cancel("nobody") == Canceled::gone));
}

BOOST_AUTO_TEST_CASE(a_tree_is_canceled_with_its_children_and_those_who_wait) {
    auto root = job("root");
    root.meta = {
        {"runid", "r1"}, {"jobs:0,func:build_climate_rq", "first"}, {"jobs:1,func:run_wepp_rq", "second"}};
    enqueue(root);
    auto first = job("first");
    first.meta = {{"jobs:0,func:x", "grandchild"}, {"jobs:1,func:y", "root"}};
    enqueue(first);
    enqueue(job("second"));
    enqueue(job("grandchild"));
    enqueue(child("waits", {"second"}));
    enqueue(job("stranger"));

    const auto members = wait(operations.cancel_tree("root"));
    BOOST_TEST(members.size() == 5U);
    BOOST_TEST(members.at(0).job_id == "root");
    for (const std::string id : {"root", "first", "second", "grandchild", "waits"})
        BOOST_TEST(status(id) == "canceled", id);
    BOOST_TEST(ids_of(claim(10)) == "stranger");
}

BOOST_AUTO_TEST_CASE(a_failed_job_runs_again_with_a_clean_slate) {
    auto stubborn = job("a");
    stubborn.retries = 2;
    enqueue(stubborn);
    enqueue(job("b"));
    auto completion = failed(claim_one());
    completion.keep_for = std::chrono::seconds(100);
    complete(completion);
    BOOST_TEST((requeue("a") == Requeued::queued));
    BOOST_TEST(listed("default") == "b,a");
    BOOST_TEST(status("a") == "queued");
    for (const std::string name : {"started_at", "ended_at", "exc_info", "worker_name"})
        BOOST_TEST(field("a", name) == "", name);
    BOOST_TEST(field("a", "retries_left") == "2");
    BOOST_TEST(!exists("rq:failed:default"));
    BOOST_TEST(ttl("rq:job:a") == -1);
    BOOST_TEST(ask({"XLEN", "rq:results:a"}) == "1");
    BOOST_TEST(ttl("rq:results:a") == -1);
    BOOST_TEST((requeue("a") == Requeued::absent));
    BOOST_TEST(listed("default") == "b,a");
}

BOOST_AUTO_TEST_CASE(only_what_has_failed_can_be_requeued) {
    run_to_the_end("a");
    BOOST_TEST((requeue("a") == Requeued::absent));
    BOOST_TEST((requeue("nobody") == Requeued::gone));
    BOOST_TEST(listed("default") == "");
}

BOOST_AUTO_TEST_CASE(a_requeued_job_may_go_to_the_front) {
    enqueue(job("a"));
    enqueue(job("b"));
    complete(failed(claim_one()));
    wait(operations.requeue({"a"}, Operations::Place::front));
    BOOST_TEST(listed("default") == "a,b");
}

BOOST_AUTO_TEST_CASE(all_failed_jobs_of_a_queue_are_requeued) {
    BOOST_TEST(wait(operations.requeue_all("default")) == 0U);
    std::vector<NewJob> jobs;
    for (int i = 0; i < 1'100; ++i)
        jobs.push_back(job("job-" + std::to_string(i)));
    wait(producer.enqueue_all(std::move(jobs)));
    std::vector<Completion> completions;
    for (const ClaimedJob& job : claim(1'000))
        completions.push_back(failed(job.lease));
    wait(queue.complete(std::move(completions)));
    ask({"DEL", "rq:job:job-5"});
    BOOST_TEST(wait(operations.requeue_all("default")) == 999U);
    BOOST_TEST(ask({"LLEN", "rq:queue:default"}) == "1099");
}

BOOST_AUTO_TEST_CASE(a_stop_is_seen_by_the_execution_that_ran_and_by_no_later_one) {
    enqueue(job("a"));
    BOOST_TEST((stop("a") == Stopped::idle));
    BOOST_TEST((stop("nobody") == Stopped::gone));
    const auto first = claim_one();
    BOOST_TEST((stop("a") == Stopped::asked));
    BOOST_TEST((beat(first) == LeaseState::stop_asked));
    auto completion = failed(first);
    completion.outcome = Completion::Outcome::stopped;
    complete(completion);
    BOOST_TEST((stop("a") == Stopped::idle));
    requeue("a");
    BOOST_TEST((beat(claim_one()) == LeaseState::held));
}

BOOST_AUTO_TEST_CASE(a_job_is_deleted_from_whatever_place_it_has) {
    enqueue(job("parent", "high"));
    enqueue(job("queued"));
    enqueue(later("scheduled"));
    enqueue(child("deferred", {"parent"}));
    enqueue(job("canceled"));
    cancel("canceled");
    for (const std::string id : {"failed", "finished"}) {
        enqueue(job(id, "high"));
        ask({"LREM", "rq:queue:high", "1", "parent"}); // it is to stay where it is
        const auto lease = claim_one();
        complete(id == "failed" ? tests::QueueFixture::failed(lease) : tests::QueueFixture::finished(lease));
    }
    for (const std::string id : {"queued", "scheduled", "deferred", "canceled", "failed", "finished"}) {
        BOOST_TEST((remove(id) == Deleted::deleted), id);
        BOOST_TEST((remove(id) == Deleted::gone), id);
    }
    BOOST_TEST((remove("parent") == Deleted::deleted));
    BOOST_TEST(ask({"KEYS", "*"}) == "rq:queues");
}

BOOST_AUTO_TEST_CASE(a_job_for_which_others_wait_is_not_deleted) {
    enqueue(job("parent"));
    enqueue(child("child", {"parent"}));
    BOOST_TEST((remove("parent") == Deleted::awaited));
    BOOST_TEST(status("parent") == "queued");
    BOOST_TEST((remove("child") == Deleted::deleted));
    BOOST_TEST((remove("parent") == Deleted::deleted));
}

BOOST_AUTO_TEST_CASE(a_running_job_that_is_deleted_loses_its_lease) {
    enqueue(job("a"));
    const auto lease = claim_one();
    beat(lease);
    BOOST_TEST((remove("a") == Deleted::deleted));
    BOOST_TEST((beat(lease) == LeaseState::lost));
    BOOST_TEST((complete(finished(lease)).what == CompletionReply::What::lost));
    BOOST_TEST(ask({"KEYS", "*"}) == "rq:queues");
}

// As RQ 2 writes it.
BOOST_FIXTURE_TEST_CASE(a_job_of_a_worker_of_rq_that_is_deleted_is_stopped, tests::ListeningFixture) {
    listen("rq:pubsub:host.1.1");
    enqueue(job("a"));
    ask({"LPOP", "rq:queue:default"});
    ask({"HSET", "rq:job:a", "status", "started", "worker_name", "host.1.1"});
    ask({"HSET", "rq:execution:a:e1", "id", "e1"});
    ask({"ZADD", "rq:executions:a", "9999999999", "e1"});
    ask({"ZADD", "rq:wip:default", "9999999999", "a:e1"});
    BOOST_TEST((wait(Operations(redis).remove({"a"})).at(0) == Deleted::deleted));
    BOOST_TEST(wait(subscriber.next()).payload == R"({"command": "stop-job", "job_id": "a"})");
    BOOST_TEST(ask({"KEYS", "*"}) == "rq:queues");
}

BOOST_AUTO_TEST_CASE(no_ids_are_no_trouble) {
    BOOST_TEST(wait(operations.cancel({})).empty());
    BOOST_TEST(wait(operations.remove({})).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
