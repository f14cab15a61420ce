#include "jobs/queue/death.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct Fixture : WorkerFixture {
    std::string run_to_failure(const std::string& program_body, std::vector<std::string> options = {}) {
        make_run("r1");
        const auto program = make_program("model", program_body);
        options.insert(options.end(), {"--cligen", program.string()});
        const auto worker = start_worker(std::move(options));
        const auto job = enqueue({"build_climate", "r1"});
        wait_for_status(job, "failed");
        return job;
    }
    std::vector<jobs::Death> deaths(const std::string& job) {
        return jobs::to_deaths(queue_db({"HGET", "rq:job:" + job, "freshet:deaths"}));
    }
    std::string execution_of(const std::string& job) {
        return queue_db({"HGET", "rq:job:" + job, "freshet:execution"});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(evidence, Fixture)

BOOST_AUTO_TEST_CASE(a_failed_job_tells_how_its_program_ended_where_and_with_what_last_words) {
    struct Case {
        const char* body;
        const char* cause;
    };
    for (const Case& one : {Case{"echo last words; exit 3\n", "exited with code 3"},
             Case{"echo last words; kill -SEGV $$\n", "signal 11 (SIGSEGV)"},
             Case{"echo last words; kill -KILL $$\n", "signal 9 (SIGKILL)"}}) {
        std::filesystem::remove_all(runs_root / "r1");
        const auto job = run_to_failure(one.body);
        const auto found = deaths(job);
        BOOST_TEST_REQUIRE(found.size() == 1U, one.cause);
        BOOST_TEST(contains(found[0].cause, one.cause), found[0].cause);
        BOOST_TEST(found[0].execution == execution_of(job));
        BOOST_TEST(!found[0].host().empty());
        BOOST_TEST(found[0].peak_memory_kib > 0U);
        BOOST_TEST_REQUIRE(found[0].log.size() == 1U);
        BOOST_TEST(found[0].log[0] == "last words");
        for (const std::string& part : {std::string(one.cause), std::string("last words"), found[0].execution,
                 found[0].host(), std::string("peak memory")})
            BOOST_TEST(contains(error_of(job), part), error_of(job));
    }
}

BOOST_AUTO_TEST_CASE(a_job_over_its_time_limit_tells_what_its_program_was_doing) {
    make_run("r1");
    const auto program = make_program("model", "echo at day 12; sleep 1000\n");
    const auto worker = start_worker({"--cligen", program.string()});
    const std::string data = R"(["freshet.build_climate_rq", null, ["r1"], {}])";
    queue_db({"HSET", "rq:job:j1", "data", data, "origin", "default", "status", "queued", "timeout", "1"});
    queue_db({"RPUSH", "rq:queue:default", "j1"});
    wait_for_status("j1", "failed");
    const auto found = deaths("j1");
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST(contains(found[0].cause, "time limit of 1 s"), found[0].cause);
    BOOST_TEST(contains(found[0].cause, "was canceled"), found[0].cause);
    BOOST_TEST(found[0].log == std::vector<std::string>{"at day 12"}, boost::test_tools::per_element());
    BOOST_TEST(contains(error_of("j1"), "at day 12"), error_of("j1"));
}

BOOST_AUTO_TEST_CASE(a_failure_is_tried_again_later_only_if_that_may_help) {
    const auto worker = start_worker();
    const auto enqueue_with_retry = [&](const std::string& id, const std::string& data) {
        queue_db({"HSET", "rq:job:" + id, "data", data, "origin", "default", "status", "queued",
            "retries_left", "1"});
        queue_db({"RPUSH", "rq:queue:default", id});
    };
    const auto before = std::stoll(queue_db({"TIME"}));
    enqueue_with_retry("refused", R"(["freshet.fail", null, ["out of licences"], {}])");
    wait_for_status("refused", "scheduled");
    // Without intervals of its own: 10 s, times a random number from 0.5 to 1.
    const auto due = std::stoll(queue_db({"ZSCORE", "rq:scheduled:default", "refused"}));
    BOOST_TEST(due - before >= 5);
    BOOST_TEST(due - std::stoll(queue_db({"TIME"})) <= 10);
    BOOST_TEST(queue_db({"HGET", "rq:job:refused", "retries_left"}) == "0");
    BOOST_TEST(deaths("refused").size() == 1U);

    enqueue_with_retry("bad", R"(["freshet.sleep", null, ["long"], {}])");
    wait_for_status("bad", "failed");
    BOOST_TEST(queue_db({"HGET", "rq:job:bad", "retries_left"}) == "1");
}

BOOST_AUTO_TEST_CASE(a_stopped_job_tells_who_stopped_it) {
    const auto worker = start_worker();
    const auto job = enqueue({"sleep", "1000"});
    wait_for_status(job, "started");
    BOOST_TEST(freshet({"stop", job}).code == 0);
    wait_for_status(job, "stopped");
    const auto found = deaths(job);
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST(contains(found[0].by, "@"), found[0].by);
    BOOST_TEST(found[0].peak_memory_kib > 0U); // the worker's own, as there was no other program
}

BOOST_AUTO_TEST_CASE(a_job_that_killed_its_workers_tells_of_each) {
    const auto job = enqueue({"sleep", "1000"});
    std::vector<std::string> executions;
    for (int death = 0; death < 2; ++death) {
        auto doomed = start_worker({"--max-reaped", "2"});
        wait_for_status(job, "started");
        executions.push_back(execution_of(job));
        doomed->signal(SIGKILL);
        doomed->wait();
        const auto survivor = start_worker({"--max-reaped", "2", "--queue", "other"});
        eventually("the job was taken back", [&] { return status_of(job) != "started"; });
    }
    BOOST_TEST(status_of(job) == "failed");
    const auto found = deaths(job);
    BOOST_TEST_REQUIRE(found.size() == 2U);
    const std::string text = error_of(job);
    for (std::size_t i = 0; i < found.size(); ++i) {
        BOOST_TEST(found[i].execution == executions[i]);
        BOOST_TEST(contains(text, executions[i]), text);
    }
    BOOST_TEST(contains(text, "the lease expired"), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
