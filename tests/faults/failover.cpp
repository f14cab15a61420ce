#include "tests/support/failover_fixture.hpp"
#include "tests/support/process.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <csignal>
#include <memory>
#include <stdexcept>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
using Words = std::vector<std::string>;

/// Programs that know nothing of Redis but a sentinel.
struct Fixture : FailoverFixture {
    std::unique_ptr<Process> start(Words command) {
        command.insert(
            command.end(), {"--redis-sentinels", sentinel_address(), "--redis-command-timeout", "2s"});
        const auto log = folder.path() / fmt::format("{}-{}.log", command.front(), ++started);
        return std::make_unique<Process>(std::move(command), log);
    }
    std::unique_ptr<Process> start_worker(const std::string& lease = "2s") {
        return start(
            {"freshet-worker", "--lease", lease, "--log-level", "debug", "--runs-root", folder.path()});
    }
    std::string enqueue(Words words) {
        words.insert(words.begin(), {"freshet", "enqueue"});
        const auto program = start(std::move(words));
        BOOST_REQUIRE_MESSAGE(program->wait() == 0, program->output());
        const auto printed = program->output();
        return printed.substr(0, printed.find('\n'));
    }
    /// For questions: asked again where a sentinel that promotes the server ends its connections.
    static std::string queue_db(const RedisServer& server, Words words) {
        words.insert(words.begin(), {"EVAL", "redis.call('SELECT', 9) return redis.call(unpack(ARGV))", "0"});
        try {
            return server.command(words);
        } catch (const std::runtime_error&) {
            return server.command(words);
        }
    }
    static std::string status(const RedisServer& server, const std::string& job) {
        return queue_db(server, {"HGET", "rq:job:" + job, "status"});
    }
    static void wait_for_status(
        const RedisServer& server, const std::string& job, const std::string& wanted) {
        eventually(fmt::format("job {} is {}", job, wanted), [&] { return status(server, job) == wanted; });
    }
    /// On the server that is the primary now.
    void check_finished_once(const std::string& job) const {
        wait_for_status(second, job, "finished");
        BOOST_TEST(queue_db(second, {"XLEN", "rq:results:" + job}) == "1");
        BOOST_TEST(queue_db(second, {"ZSCORE", "rq:wip:default", job}) == "(nil)");
    }

    TemporaryFolder folder;
    int started = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failover, Fixture)

BOOST_AUTO_TEST_CASE(a_job_whose_claim_was_under_way_is_claimed_on_the_new_primary_and_ends_once) {
    const auto worker = start_worker();
    const auto before = enqueue({"noop", "--wait"});
    worker->signal(SIGSTOP);
    const auto job = enqueue({"noop"});
    wait_for_replication();
    first.pause();
    worker->signal(
        SIGCONT); // it has been given the job's id and claims it from a server that does not answer

    wait_for_failover();
    check_finished_once(job);
    check_finished_once(before);
    first.resume(); // executes the claim that it was sent
    BOOST_TEST(status(second, job) == "finished");
}

BOOST_AUTO_TEST_CASE(a_job_whose_completion_was_under_way_is_completed_on_the_new_primary_once) {
    const auto worker = start_worker("60s"); // outlasts the failover on however slow a machine
    const auto job = enqueue({"sleep", "0.5"});
    wait_for_status(second, job, "started");
    const auto execution = queue_db(second, {"HGET", "rq:job:" + job, "freshet:execution"});
    first.pause();
    wait_for_failover();

    check_finished_once(job);
    first.resume(); // executes the completion that it was sent
    wait_for_status(first, job, "finished");
    BOOST_TEST(queue_db(second, {"HGET", "rq:job:" + job, "freshet:completed"}) == execution);
    BOOST_TEST(queue_db(second, {"HEXISTS", "rq:job:" + job, "freshet:reaped"}) == "0");
    check_finished_once(job);
}

BOOST_AUTO_TEST_CASE(in_a_failover_that_was_ordered_no_job_is_lost_and_none_ends_twice) {
    Words jobs;
    for (int i = 0; i < 12; ++i)
        jobs.push_back(enqueue({"sleep", "0.05"}));
    const auto worker = start_worker();
    wait_for_status(first, jobs.front(), "finished");
    wait_for_replication();
    order_failover();
    jobs.push_back(enqueue({"noop"})); // the producer asks the sentinel too
    for (const auto& job : jobs)
        check_finished_once(job);
    BOOST_TEST(queue_db(second, {"ZCARD", "freshet:leases"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_slot_that_was_offered_before_the_failover_takes_a_job_after_it) {
    const auto worker = start_worker();
    eventually("a slot is offered", [&] { return queue_db(first, {"KEYS", "freshet:offer:*"}) != ""; });
    wait_for_replication();
    order_failover();
    BOOST_TEST(queue_db(second, {"KEYS", "freshet:offer:*"}) != "");
    for (int i = 0; i < 3; ++i)
        check_finished_once(enqueue({"noop"}));
    BOOST_TEST(queue_db(second, {"ZCARD", "freshet:leases"}) == "0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
