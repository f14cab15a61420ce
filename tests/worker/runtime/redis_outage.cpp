#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {

using namespace freshet::tests;

BOOST_FIXTURE_TEST_SUITE(redis_outage, WorkerFixture)

BOOST_AUTO_TEST_CASE(a_job_outlives_a_restart_of_redis_and_is_recorded_once) {
    make_run("r1");
    const auto go = folder.path() / "go";
    const auto program = make_program("waits", "while [ ! -e " + go.string() +
                                                   " ]; do sleep 0.01; done\nexec " FRESHET_BIN_DIR
                                                   "/freshet-climate \"$@\"\n");
    const auto worker = start_worker({"--cligen", program.string()});
    const auto job = enqueue({"build_climate", "r1"});
    wait_for_status(job, "started");
    const auto execution = queue_db({"HGET", "rq:job:" + job, "freshet:execution"});

    server.kill();
    write_text(go, "");
    eventually("the worker misses Redis", [&] {
        return contains(worker->output(), "not renewed") || contains(worker->output(), "cannot confirm");
    });
    server.start();

    wait_for_status(job, "finished");
    BOOST_TEST(queue_db({"HGET", "rq:job:" + job, "freshet:completed"}) == execution);
    BOOST_TEST(queue_db({"XLEN", "rq:results:" + job}) == "1");
    BOOST_TEST(runs_db({"HEXISTS", "r1", "timestamps:build_climate"}) == "1");
    BOOST_TEST(queue_db({"HEXISTS", "rq:job:" + job, "freshet:reaped"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_worker_that_waits_for_jobs_finds_redis_again) {
    const auto worker = start_worker();
    BOOST_TEST(freshet({"enqueue", "noop", "--wait"}).code == 0);
    server.kill();
    server.start();
    BOOST_TEST(freshet({"enqueue", "noop", "--wait"}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_worker_that_starts_before_redis_waits_for_it) {
    server.stop();
    const auto worker = start_worker();
    worker->wait_for_output("redis");
    server.start();
    BOOST_TEST(freshet({"enqueue", "noop", "--wait"}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_producer_without_redis_is_told_so) {
    server.stop();
    const auto printed = freshet({"enqueue", "noop", "--redis-command-timeout", "200ms"});
    BOOST_TEST(printed.code == 4);
    BOOST_TEST(contains(printed.text, "redis.sock"), printed.text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
