#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t number = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++number;
    return number;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(limits, WorkerFixture)

BOOST_AUTO_TEST_CASE(after_max_jobs_it_ends_and_leaves_the_rest) {
    for (int i = 0; i < 5; ++i)
        enqueue({"noop"});
    const auto worker = start_worker({"--max-jobs", "3", "--concurrency", "2"});
    BOOST_TEST(worker->wait() == 0);
    BOOST_TEST(queue_db({"ZCARD", "rq:finished:default"}) == "3");
    BOOST_TEST(queue_db({"LLEN", "rq:queue:default"}) == "2");
    BOOST_TEST(queue_db({"EXISTS", "rq:queue:default:intermediate", "freshet:leases"}) == "0");
}

BOOST_AUTO_TEST_CASE(beyond_its_memory_limit_it_lets_its_jobs_end_and_starts_itself_anew) {
    const auto worker = start_worker({"--max-memory", "1"});
    const auto longer = enqueue({"sleep", "1"});
    wait_for_status(longer, "started");
    const auto first = enqueue({"noop"});
    wait_for_status(first, "finished");
    worker->wait_for_output("starting anew");
    eventually("it is there again", [&] { return times(worker->output(), "pulling from") == 2; });
    BOOST_TEST(status_of(longer) == "finished");
    BOOST_TEST(worker->running());

    const auto second = enqueue({"noop"});
    wait_for_status(second, "finished");
    const auto name = queue_db({"HGET", "rq:job:" + second, "freshet:worker"});
    BOOST_TEST(times(name, fmt::format(".{}.", worker->pid())) == 1U, name);
    worker->signal(SIGTERM);
    BOOST_TEST(worker->wait() == 0, worker->output());
}

BOOST_AUTO_TEST_CASE(its_embedded_redis_keeps_what_it_held) {
    const auto home = folder.path() / "embedded";
    const auto worker = start_worker({"--max-memory", "1", "--embedded", home.string()});
    eventually("it pulls", [&] { return times(worker->output(), "pulling from") == 1; });
    const auto client = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "freshet");
        words.insert(words.end(), {"--redis-unix-socket", (home / "redis.sock").string()});
        Process process(words, folder.path() / "client.out");
        const int code = process.wait();
        return std::pair(code, process.output());
    };
    const auto [code, text] = client({"enqueue", "noop"});
    BOOST_TEST_REQUIRE(code == 0);
    const std::string job = text.substr(0, text.find('\n'));
    eventually("it pulls again", [&] { return times(worker->output(), "pulling from") == 2; });
    eventually("the job is remembered", [&] {
        return client({"status", job}).second.find("finished") != std::string::npos;
    });
    worker->signal(SIGTERM);
    BOOST_TEST(worker->wait() == 0, worker->output());
}

BOOST_AUTO_TEST_CASE(a_pace_keeps_starts_of_a_task_apart) {
    const auto worker = start_worker({"--pace", "noop=300ms", "--concurrency", "3"});
    for (int i = 0; i < 3; ++i)
        enqueue({"noop"});
    const auto other = enqueue({"sleep", "0"});
    eventually("all are finished", [&] { return queue_db({"ZCARD", "rq:finished:default"}) == "4"; });
    worker->signal(SIGTERM);
    worker->wait();
    BOOST_TEST(times(worker->output(), "noop: 3 finished, 0 failed") == 1U, worker->output());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
