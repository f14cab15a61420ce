#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

using Words = std::vector<std::string>;

struct Fixture : tests::WorkerFixture {
    /// A job as another producer writes it, with more fields of its hash.
    void push(const std::string& id, const std::string& data, Words fields = {}) {
        fields.insert(fields.begin(), {"HSET", "rq:job:" + id, "data", data, "origin", "default", "status",
                                          "queued", "created_at", "2026-01-01T00:00:00.000000Z"});
        queue_db(fields);
        queue_db({"RPUSH", "rq:queue:default", id});
    }
    /// The jobs that stand in for callbacks, as `description status` lines.
    std::string stand_ins() const {
        return queue_script(R"(
            local found = {}
            for _, key in ipairs(redis.call('KEYS', 'rq:job:*-callback')) do
                found[#found + 1] = table.concat(redis.call('HMGET', key, 'description', 'status'), ' ')
            end
            return found)",
            {});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(function_names, Fixture)

BOOST_AUTO_TEST_CASE(a_function_runs_the_task_that_the_settings_map_it_to) {
    make_run("r1");
    const auto worker = start_worker({"--function", "old.module.make_weather_rq=build_climate", "--function",
        "idle=noop", "--function", "freshet.fail=noop"});
    push("whole", R"(["old.module.make_weather_rq", null, ["r1"], {}])");
    push("last-part", R"(["any.module.idle", null, [1], {}])");
    push("known-already", R"(["freshet.fail", null, [1], {}])");
    for (const char* id : {"whole", "last-part", "known-already"})
        wait_for_status(id, "finished");
    BOOST_TEST(std::stoll(runs_db({"HGET", "r1", "timestamps:build_climate"})) > 0);

    push("other-module", R"(["other.module.make_weather_rq", null, ["r1"], {}])");
    wait_for_status("other-module", "failed");
}

BOOST_AUTO_TEST_CASE(names_that_lead_nowhere_end_the_worker_at_its_start) {
    struct Row {
        Words options;
        const char* message;
    };
    for (const Row& row : {Row{{"--function", "f=juggle"}, "unknown task 'juggle'"},
             Row{{"--callbacks", "f=juggle"}, "this worker knows: "},
             Row{{"--pace", "juggle=1s"}, "--pace: unknown task 'juggle'"},
             Row{{"--pace", "m.noop_rq=1s"}, "--pace: expected the task's name 'noop', found 'm.noop_rq'"},
             Row{{"--function", "noop"}, "--function: expected <function>=<task>, found 'noop'"},
             Row{{"--callbacks", "=noop"}, "--callbacks: expected <function>=<task>, found '=noop'"}}) {
        const auto worker = start_worker(row.options);
        BOOST_TEST(worker->wait() == 2);
        BOOST_TEST(worker->output().find(row.message) != std::string::npos, worker->output());
    }
}

BOOST_AUTO_TEST_CASE(a_job_with_python_callbacks_fails_unless_the_settings_know_them) {
    struct Row {
        Words options;
        const char* status;
        const char* stand_ins;
    };
    for (const Row& row : {Row{{}, "failed", ""}, Row{{"--callbacks", "fail"}, "failed", ""},
             Row{{"--callbacks", "ignore"}, "finished", ""},
             Row{{"--callbacks", "tell_ok=noop"}, "failed", ""},
             Row{{"--callbacks", "tell_ok=noop", "--callbacks", "m.tell_bad=noop"}, "finished",
                 "freshet.noop(7) finished"},
             Row{{"--callbacks", "ignore", "--callbacks", "m.tell_ok=noop"}, "finished",
                 "freshet.noop(7) finished"}}) {
        server.command({"FLUSHALL"});
        push("a", R"(["freshet.noop", null, [7], {}])",
            {"success_callback_name", "m.tell_ok", "failure_callback_name", "m.tell_bad"});
        Words options{"--burst"};
        options.insert(options.end(), row.options.begin(), row.options.end());
        const auto worker = start_worker(options);
        BOOST_TEST(worker->wait() == 0, worker->output());
        BOOST_TEST(status_of("a") == row.status, worker->output());
        BOOST_TEST(stand_ins() == row.stand_ins, worker->output());
        if (row.status == std::string("failed"))
            BOOST_TEST(error_of("a").find("m.tell_bad (--callbacks") != std::string::npos, error_of("a"));
    }
}

BOOST_AUTO_TEST_CASE(the_callback_of_a_failure_is_for_the_last_attempt) {
    push("a", R"(["freshet.fail", null, ["no rain"], {}])",
        {"failure_callback_name", "m.tell_bad", "retries_left", "1", "retry_intervals", "[0]"});
    const auto worker = start_worker({"--burst", "--callbacks", "tell_bad=noop"});
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of("a") == "failed");
    BOOST_TEST(queue_db({"XLEN", "rq:results:a"}) == "2");
    BOOST_TEST(stand_ins() == "freshet.noop('no rain') finished");
}

BOOST_AUTO_TEST_CASE(a_job_with_webhooks_fails_unless_callbacks_are_ignored) {
    for (const char* choice : {"fail", "ignore"}) {
        server.command({"FLUSHALL"});
        push("a", R"(["freshet.noop", null, [], {}])",
            {"webhooks", R"([{"url": "http://example.org", "job_status": "finished"}])"});
        const auto worker = start_worker({"--burst", "--callbacks", choice});
        BOOST_TEST(worker->wait() == 0, worker->output());
        BOOST_TEST(status_of("a") == (choice == std::string("fail") ? "failed" : "finished"), choice);
        if (choice == std::string("fail"))
            BOOST_TEST(error_of("a").find("webhooks") != std::string::npos, error_of("a"));
    }
}

BOOST_AUTO_TEST_CASE(a_job_with_a_rate_limit_is_refused) {
    push("a", R"(["freshet.noop", null, [], {}])",
        {"rate_limit_key", "tenant", "rate_limit_concurrency", "1"});
    const auto worker = start_worker({"--burst"});
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of("a") == "failed");
    BOOST_TEST(error_of("a").find("rate limit ('tenant')") != std::string::npos, error_of("a"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
