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
    std::string start_long_job() {
        const auto job = enqueue({"sleep", "1000"});
        wait_for_status(job, "started");
        return job;
    }
    std::string field(const std::string& job, const std::string& name) {
        return queue_db({"HGET", "rq:job:" + job, name});
    }
    // As RQ's tools do it, once a worker listens.
    void command(const std::string& job, const std::string& text) {
        const auto channel = "rq:pubsub:" + field(job, "worker_name");
        eventually("the worker listens", [&] { return server.command({"PUBLISH", channel, text}) == "1"; });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(commands, Fixture)

BOOST_AUTO_TEST_CASE(stop_job_stops_that_job_and_no_other) {
    const auto worker = start_worker();
    const auto stopped = start_long_job(), other = start_long_job();
    command(stopped, R"({"command": "stop-job", "job_id": ")" + stopped + "\"}");
    wait_for_status(stopped, "stopped");
    BOOST_TEST(contains(error_of(stopped), "stopped by user"), error_of(stopped));
    BOOST_TEST(status_of(other) == "started");
}

BOOST_AUTO_TEST_CASE(stop_execution_stops_that_execution) {
    const auto worker = start_worker();
    const auto stopped = start_long_job(), other = start_long_job();
    const auto execution = field(stopped, "freshet:execution");
    command(stopped, R"({"command": "stop-execution", "execution_id": ")" + execution + "\"}");
    wait_for_status(stopped, "stopped");
    BOOST_TEST(status_of(other) == "started");
}

BOOST_AUTO_TEST_CASE(kill_horse_fails_what_its_slot_runs) {
    const auto worker = start_worker();
    const auto killed = start_long_job(), other = start_long_job();
    command(killed, R"({"command": "kill-horse"})");
    wait_for_status(killed, "failed");
    BOOST_TEST(contains(error_of(killed), "kill-horse"), error_of(killed));
    BOOST_TEST(status_of(other) == "started");
}

BOOST_AUTO_TEST_CASE(shutdown_drains) {
    const auto worker = start_worker();
    const auto job = enqueue({"sleep", "1"});
    wait_for_status(job, "started");
    command(job, R"({"command": "shutdown"})");
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(job) == "finished");
}

BOOST_AUTO_TEST_CASE(what_is_no_command_is_passed_over) {
    const auto worker = start_worker();
    const auto job = start_long_job();
    for (const char* text : {"", "[]", "{}", R"({"command": 1})", R"({"command": "dance"})", "\xff"})
        command(job, text);
    worker->wait_for_output("dance");
    BOOST_TEST(status_of(job) == "started");
}

BOOST_AUTO_TEST_CASE(a_stop_that_no_worker_heard_is_seen_at_the_next_heartbeat) {
    const auto worker = start_worker();
    const auto job = start_long_job();
    queue_db({"HSET", "rq:job:" + job, "freshet:stop", field(job, "freshet:execution")});
    wait_for_status(job, "stopped");
}

BOOST_AUTO_TEST_CASE(a_drain_that_no_worker_heard_is_seen_at_the_next_report) {
    server.command({"ACL", "SETUSER", "deaf", "on", ">secret", "~*", "&*", "+@all", "-subscribe"});
    const auto worker = start_worker({"--redis-user", "deaf", "--redis-password", "secret"});
    const auto job = enqueue({"sleep", "1"});
    wait_for_status(job, "started");
    const auto slot = field(job, "worker_name");
    eventually("it is registered", [&] { return queue_db({"EXISTS", "rq:worker:" + slot}) == "1"; });
    BOOST_TEST(server.command({"PUBLISH", "rq:pubsub:" + slot, "{}"}) == "0");
    const auto printed = freshet({"drain", slot});
    BOOST_TEST(printed.code == 0);
    BOOST_TEST(contains(printed.text, slot + " does not listen; if it lives, it drains"), printed.text);
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(job) == "finished");
}

BOOST_AUTO_TEST_CASE(a_stop_reaches_the_model_program) {
    make_run("r1");
    const auto pid_file = folder.path() / "pid";
    const auto program =
        make_program("model", "echo $$ > " + pid_file.string() + ".new; mv " + pid_file.string() + ".new " +
                                  pid_file.string() + "; sleep 1000\n");
    const auto worker = start_worker({"--cligen", program.string()});
    const auto job = enqueue({"build_climate", "r1"});
    eventually("the program runs", [&] { return std::filesystem::exists(pid_file); });
    BOOST_TEST(freshet({"stop", job}).code == 0);
    wait_for_status(job, "stopped");
    BOOST_TEST(::kill(std::stoi(text_of(pid_file)), 0) == -1);
}

BOOST_AUTO_TEST_CASE(a_suspended_worker_starts_nothing_until_it_is_resumed) {
    const auto worker = start_worker();
    const auto before = enqueue({"noop"});
    wait_for_status(before, "finished");
    queue_db({"SET", "rq:suspended", "1"});
    const auto job = enqueue({"noop"});
    eventually("it shows itself suspended or puts the job back", [&] {
        return queue_db({"LRANGE", "rq:queue:default", "0", "-1"}) == job &&
               queue_db({"LLEN", "rq:queue:default:intermediate"}) == "0";
    });
    BOOST_TEST(status_of(job) == "queued");
    queue_db({"DEL", "rq:suspended"});
    wait_for_status(job, "finished");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
