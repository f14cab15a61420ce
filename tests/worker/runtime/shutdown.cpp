#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

int blocked_clients(const RedisServer& server) {
    const std::string clients = server.command({"CLIENT", "LIST"});
    int number = 0;
    for (auto at = clients.find("cmd=blmove"); at != std::string::npos;
         at = clients.find("cmd=blmove", at + 1))
        ++number;
    return number;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(shutdown, WorkerFixture)

BOOST_AUTO_TEST_CASE(after_sigterm_the_running_job_ends_and_no_other_starts) {
    const auto worker = start_worker({"--concurrency", "1"});
    const auto running = enqueue({"sleep", "0.5"});
    wait_for_status(running, "started");
    const auto waiting = enqueue({"noop"});
    worker->signal(SIGTERM);
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(running) == "finished");
    BOOST_TEST(status_of(waiting) == "queued");
    BOOST_TEST(queue_db({"LRANGE", "rq:queue:default", "0", "-1"}) == waiting);
}

BOOST_AUTO_TEST_CASE(a_second_signal_returns_the_running_job_to_the_head_of_its_queue) {
    const auto worker = start_worker({"--concurrency", "1"});
    const auto running = enqueue({"sleep", "1000"});
    wait_for_status(running, "started");
    const auto waiting = enqueue({"noop"});
    worker->signal(SIGTERM);
    worker->wait_for_output("draining");
    worker->signal(SIGINT);
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(running) == "queued");
    BOOST_TEST(queue_db({"LRANGE", "rq:queue:default", "0", "-1"}) == running + "\n" + waiting);
    BOOST_TEST(queue_db({"EXISTS", "freshet:leases", "rq:wip:default"}) == "0");
    BOOST_TEST(queue_db({"HEXISTS", "rq:job:" + running, "freshet:reaped"}) == "0");
}

BOOST_AUTO_TEST_CASE(so_does_the_end_of_the_drain_limit) {
    const auto worker = start_worker({"--drain-limit", "100ms"});
    const auto running = enqueue({"sleep", "1000"});
    wait_for_status(running, "started");
    worker->signal(SIGTERM);
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(running) == "queued");
}

BOOST_AUTO_TEST_CASE(an_idle_worker_ends_at_once_and_leaves_nothing_behind) {
    const auto worker = start_worker({"--queue", "a", "--queue", "b"});
    eventually("it blocks on both queues", [&] { return blocked_clients(server) == 2; });
    worker->signal(SIGINT);
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(queue_db({"EXISTS", "rq:workers", "rq:workers:a", "rq:workers:b", "freshet:leases"}) == "0");
    // Its last words as an RQ worker stay for a minute, nothing for ever.
    BOOST_TEST(queue_script(R"(local n = 0 for _, key in ipairs(redis.call('KEYS', '*')) do
          if redis.call('TTL', key) < 0 then n = n + 1 end
        end return n)",
                   {}) == "0");
}

BOOST_AUTO_TEST_CASE(burst_ends_when_the_queues_are_empty) {
    const auto first = enqueue({"noop", "--queue", "low"}), second = enqueue({"noop", "--queue", "high"});
    const auto worker = start_worker({"--burst", "--queue", "high", "--queue", "low", "--concurrency", "1"});
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(first) == "finished");
    BOOST_TEST(queue_db({"HGET", "rq:job:" + first, "started_at"}) >
               queue_db({"HGET", "rq:job:" + second, "started_at"}));
}

BOOST_AUTO_TEST_CASE(burst_ends_while_the_workers_are_suspended) {
    const auto job = enqueue({"noop"});
    queue_db({"SET", "rq:suspended", "1"});
    const auto worker = start_worker({"--burst"});
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(status_of(job) == "queued");
    BOOST_TEST(queue_db({"LRANGE", "rq:queue:default", "0", "-1"}) == job);
}

BOOST_AUTO_TEST_CASE(the_embedded_redis_ends_with_the_worker_and_keeps_its_jobs) {
    const auto home = folder.path() / "embedded";
    const auto client = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "freshet");
        words.insert(words.end(), {"--redis-unix-socket", (home / "redis.sock").string()});
        Process process(words, folder.path() / "client.out");
        const int code = process.wait();
        return std::pair(code, process.output());
    };
    std::string job;
    {
        const auto worker = start_worker({"--embedded", home.string(), "--queue", "other"});
        eventually("it answers", [&] { return client({"info"}).first == 0; });
        const auto [code, text] = client({"enqueue", "noop", "5"});
        BOOST_REQUIRE(code == 0);
        job = text.substr(0, text.find('\n'));
        worker->signal(SIGKILL);
        worker->wait();
        eventually("its redis-server ends too", [&] {
            return client({"info", "--redis-connect-timeout", "100ms", "--redis-command-timeout", "200ms"})
                       .first != 0;
        });
    }
    const auto worker = start_worker({"--embedded", home.string(), "--burst"});
    BOOST_TEST(worker->wait() == 0, worker->output());
    BOOST_TEST(contains(worker->output(), job), worker->output());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
