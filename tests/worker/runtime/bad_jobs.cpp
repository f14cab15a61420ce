#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {

using namespace freshet::tests;

BOOST_FIXTURE_TEST_SUITE(bad_jobs, WorkerFixture)

BOOST_AUTO_TEST_CASE(an_unknown_task_fails_and_the_known_ones_are_listed) {
    const auto worker = start_worker();
    const auto printed = freshet({"enqueue", "juggle", "--wait"});
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "unknown task 'juggle'"), printed.text);
    BOOST_TEST(contains(printed.text, "this worker knows: "), printed.text);
    for (const char* known : {"build_climate", "noop", "run_wepp"})
        BOOST_TEST(contains(printed.text, known), printed.text);
}

BOOST_AUTO_TEST_CASE(a_task_that_fails_keeps_its_message) {
    const auto worker = start_worker();
    const auto printed = freshet({"enqueue", "fail", "no more rain", "--wait"});
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "error        no more rain"), printed.text);
}

BOOST_AUTO_TEST_CASE(a_run_id_that_would_leave_the_runs_folder_is_refused_by_the_producer) {
    for (const std::string run_id : {"../x", "..", "a/b", "", "r1:rq", "r*"}) {
        const auto printed = freshet({"enqueue", "build_climate", run_id});
        BOOST_TEST(printed.code == 2, run_id);
        BOOST_TEST(contains(printed.text, "run id"), printed.text);
    }
    BOOST_TEST(queue_db({"DBSIZE"}) == "0");
}

BOOST_AUTO_TEST_CASE(and_by_the_worker_when_another_producer_has_enqueued_it) {
    const auto worker = start_worker();
    const std::string data = R"(["wepppy.rq.project_rq.build_climate_rq", null, ["../x"], {}])";
    queue_db({"HSET", "rq:job:j1", "data", data, "origin", "default", "status", "queued", "created_at",
        "2026-01-01T00:00:00.000000Z"});
    queue_db({"RPUSH", "rq:queue:default", "j1"});
    wait_for_status("j1", "failed");
    BOOST_TEST(contains(error_of("j1"), "run id"), error_of("j1"));
}

BOOST_AUTO_TEST_CASE(a_run_without_a_folder_is_named) {
    const auto worker = start_worker();
    const auto printed = freshet({"enqueue", "build_climate", "nobody", "--wait"});
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "run 'nobody': there is no folder"), printed.text);
}

BOOST_AUTO_TEST_CASE(data_that_is_no_call_fails_the_job_and_the_worker_goes_on) {
    const auto worker = start_worker();
    const std::vector<std::string> broken{"", "x", "{}", "[1]", R"(["f", null, []])", R"(["f", {}, [], {}])",
        std::string(1000, '['), std::string("\x78\x9c\x01\x02\x03", 5)};
    for (std::size_t i = 0; i < broken.size(); ++i) {
        const std::string id = "broken-" + std::to_string(i);
        queue_db({"HSET", "rq:job:" + id, "data", broken[i], "origin", "default", "status", "queued"});
        queue_db({"RPUSH", "rq:queue:default", id});
        wait_for_status(id, "failed");
        BOOST_TEST(contains(error_of(id), "job data: "), error_of(id));
    }
    BOOST_TEST(freshet({"enqueue", "noop", "--wait"}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_job_over_its_time_limit_is_stopped_and_fails) {
    const auto worker = start_worker();
    const std::string data = R"(["freshet.sleep", null, [1000], {}])";
    queue_db({"HSET", "rq:job:j1", "data", data, "origin", "default", "status", "queued", "timeout", "1"});
    queue_db({"RPUSH", "rq:queue:default", "j1"});
    wait_for_status("j1", "failed");
    BOOST_TEST(contains(error_of("j1"), "time limit of 1 s"), error_of("j1"));
}

BOOST_AUTO_TEST_CASE(settings_that_make_no_sense_end_the_worker_with_code_2_and_name_the_option) {
    struct Case {
        std::vector<std::string> options;
        std::string named;
    };
    const std::vector<Case> cases{
        {{"--concurrency", "0"}, "concurrency"},
        {{"--concurrency", "many"}, "concurrency"},
        {{"--queue", "a b"}, "queue"},
        {{"--queue", "a", "--queue", "a"}, "'a' twice"},
        {{"--queue", "a:0"}, "expected <name>:<weight>"},
        {{"--queue", "a:2", "--queue", "b"}, "a weight for every queue or for none"},
        {{"--io-concurrency", "-1"}, "io-concurrency"},
        {{"--max-jobs", "few"}, "max-jobs"},
        {{"--max-memory", "-5"}, "max-memory"},
        {{"--pace", "noop"}, "expected <task>=<time>"},
        {{"--pace", "noop=often"}, "expected <task>=<time>"},
        {{"--runs-root", "/no/such/folder"}, "runs-root"},
        {{"--periodic", "/no/such/crontab"}, "--periodic /no/such/crontab: No such file"},
        {{"--lease", "1ms"}, "lease"},
        {{"--concurency", "2"}, "concurrency"},
    };
    for (const Case& one : cases) {
        std::vector<std::string> command{"freshet-worker", "--redis-unix-socket", server.socket()};
        command.insert(command.end(), one.options.begin(), one.options.end());
        Process worker(command, folder.path() / "refused.log");
        BOOST_TEST(worker.wait() == 2);
        BOOST_TEST(contains(worker.output(), one.named), worker.output());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
