#include "jobs/client/blocking_producer.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

/// What an idle worker offers, and what becomes of the jobs that take it up.
struct Fixture : WorkerFixture {
    // A lease that outlasts the test: what comes back does so for another reason.
    std::unique_ptr<Process> start_patient_worker() {
        return start_worker({"--lease", "300", "--concurrency", "1"});
    }
    void wait_for_offers(std::size_t number) {
        eventually("as many workers offer a slot and show that they live", [&] {
            return lines(queue_db({"SMEMBERS", "freshet:offers:default"})) == number &&
                   lines(server.command({"PUBSUB", "CHANNELS", "freshet:handed:*"})) == number;
        });
    }
    static std::size_t lines(const std::string& text) {
        return text.empty() ? 0 : 1 + static_cast<std::size_t>(std::ranges::count(text, '\n'));
    }
    std::string started() { return queue_db({"ZCARD", "freshet:leases"}); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(offers, Fixture)

BOOST_AUTO_TEST_CASE(a_job_has_started_at_an_idle_worker_when_it_is_enqueued) {
    const auto worker = start_patient_worker();
    wait_for_offers(1);
    worker->signal(SIGSTOP); // so that it is not the worker who takes it
    const auto job = enqueue({"noop"}), next = enqueue({"noop"});
    BOOST_TEST(status_of(job) == "started");
    BOOST_TEST(status_of(next) == "queued");
    worker->signal(SIGCONT);
    wait_for_status(job, "finished");
    wait_for_status(next, "finished");
    wait_for_offers(1);
}

BOOST_AUTO_TEST_CASE(a_killed_worker_gets_no_job) {
    const auto doomed = start_patient_worker();
    wait_for_offers(1);
    doomed->signal(SIGKILL);
    doomed->wait();
    eventually("its connections are gone", [&] {
        return server.command({"PUBSUB", "CHANNELS", "*"}).empty();
    });
    BOOST_TEST(is_offered());
    const auto job = enqueue({"noop"});
    BOOST_TEST(status_of(job) == "queued");
    const auto heir = start_patient_worker();
    wait_for_status(job, "finished");
    BOOST_TEST(queue_db({"HEXISTS", "rq:job:" + job, "freshet:reaped"}) == "0");
}

BOOST_AUTO_TEST_CASE(what_was_handed_to_a_worker_before_it_drains_is_done) {
    const auto worker = start_patient_worker();
    wait_for_offers(1);
    worker->signal(SIGSTOP);
    const auto job = enqueue({"sleep", "0.1"});
    worker->signal(SIGTERM);
    worker->signal(SIGCONT);
    BOOST_TEST(worker->wait() == 0, worker->output());
    BOOST_TEST(status_of(job) == "finished");
    BOOST_TEST(started() == "0");
    BOOST_TEST(!is_offered());
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_taken_is_not_offered) {
    const auto worker = start_patient_worker();
    wait_for_offers(1);
    const auto job = enqueue({"sleep", "1000"}), waiting = enqueue({"noop"});
    wait_for_status(job, "started");
    BOOST_TEST(status_of(waiting) == "queued");
    BOOST_TEST(started() == "1");
    BOOST_TEST(!is_offered());
    freshet({"stop", job});
    wait_for_status(waiting, "finished");
}

BOOST_AUTO_TEST_CASE(a_restart_of_redis_leaves_no_offer_that_nobody_keeps) {
    const auto worker = start_patient_worker();
    wait_for_offers(1);
    server.kill();
    server.start();
    for (int i = 0; i < 3; ++i) {
        const auto job = enqueue({"noop"});
        wait_for_status(job, "finished");
    }
    worker->signal(SIGTERM);
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(started() == "0");
    BOOST_TEST(!is_offered());
}

BOOST_AUTO_TEST_CASE(workers_that_come_and_go_do_each_job_once) {
    jobs::BlockingProducer producer(server.settings());
    std::vector<std::string> ids;
    const auto enqueue_some = [&] {
        for (int i = 0; i < 50; ++i) {
            jobs::NewJob job;
            job.call.function = "freshet.noop";
            ids.push_back(producer.enqueue(std::move(job)).value().job_id);
        }
    };
    auto worker = start_patient_worker();
    wait_for_offers(1);
    for (int turn = 0; turn < 6; ++turn) {
        auto next = start_patient_worker();
        enqueue_some();
        worker->signal(SIGTERM);
        enqueue_some();
        BOOST_TEST(worker->wait() == 0);
        BOOST_TEST(!contains(worker->output(), "did not come"));
        worker = std::move(next);
    }
    eventually("all are done", [&] {
        return queue_db({"ZCARD", "rq:finished:default"}) == std::to_string(ids.size());
    });
    for (const std::string& id : ids)
        BOOST_TEST(queue_db({"XLEN", "rq:results:" + id}) == "1");
    BOOST_TEST(started() == "0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
