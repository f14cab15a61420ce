#include "jobs/queue/death.hpp"
#include "jobs/queue/operations.hpp"
#include "jobs/queue/scripts.hpp"
#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    Completion died(const Lease& lease, const std::string& cause) {
        Death death;
        death.at = "2026-01-31T12:00:00.000000Z";
        death.execution = lease.execution;
        death.worker = lease.worker;
        death.cause = cause;
        auto completion = failed(lease, cause);
        completion.death = to_json(death);
        return completion;
    }
    std::vector<Death> deaths(const std::string& id) { return to_deaths(field(id, "freshet:deaths")); }
    std::string error_text(const std::string& id) { return inflate(field(id, "exc_info"), 100'000).value(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(deaths, Fixture)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again_but_bounded) {
    Death death;
    death.at = "2026-01-31T12:00:00.000000Z";
    death.execution = "e1";
    death.worker = "node7.cluster.org.4711.3";
    death.cause = "wepp was ended by signal 11 (SIGSEGV)";
    death.peak_memory_kib = 12'345;
    for (int line = 1; line <= 40; ++line)
        death.log.push_back("line " + std::to_string(line));
    death.log.push_back(std::string(5'000, 'x'));
    const auto read = to_deaths(to_json(death) + "\nno json\n[1]\n" + to_json({}) + "\n");
    BOOST_TEST_REQUIRE(read.size() == 2U);
    BOOST_TEST(read[0].host() == "node7.cluster.org");
    BOOST_TEST(read[0].cause == death.cause);
    BOOST_TEST(read[0].peak_memory_kib == 12'345U);
    BOOST_TEST(read[0].log.size() == 10U);
    BOOST_TEST(read[0].log.front() == "line 32");
    BOOST_TEST(read[0].log.back().size() == 200U);
    BOOST_TEST(read[0].describe().starts_with("2026-01-31T12:00:00.000000Z execution e1 on node7.cluster.org "
                                              "(node7.cluster.org.4711.3): wepp was ended by signal 11"));
}

BOOST_AUTO_TEST_CASE(every_failed_attempt_leaves_one_also_over_a_requeue) {
    auto again = job("a");
    again.retries = 1;
    enqueue(again);
    auto first = died(claim_one(), "first");
    first.retry_in = std::chrono::seconds(0);
    complete(first);
    complete(died(claim_one(), "second"));
    BOOST_TEST((wait(Operations(redis).requeue({"a"})).at(0) == Requeued::queued));
    complete(died(claim_one(), "third"));
    BOOST_TEST_REQUIRE(deaths("a").size() == 3U);
    BOOST_TEST(deaths("a")[0].cause == "first");
    BOOST_TEST(deaths("a")[2].cause == "third");
    BOOST_TEST(deaths("a")[2].by == "");
    BOOST_TEST(ttl("rq:job:a") > 0);
}

BOOST_AUTO_TEST_CASE(only_the_last_ten_are_remembered) {
    enqueue(job("a"));
    for (int time = 1; time <= 13; ++time) {
        auto one = died(claim_one(), std::to_string(time));
        one.retry_in = std::chrono::seconds(0);
        complete(one);
    }
    BOOST_TEST_REQUIRE(deaths("a").size() == 10U);
    BOOST_TEST(deaths("a").front().cause == "4");
    BOOST_TEST(deaths("a").back().cause == "13");
}

BOOST_AUTO_TEST_CASE(who_stopped_it_is_on_record) {
    Operations operations(redis, "ann@node7 \"lab\"");
    enqueue(job("stopped"));
    const auto stopped = claim_one();
    wait(operations.stop({"stopped"}));
    auto completion = died(stopped, "stopped");
    completion.outcome = Completion::Outcome::stopped;
    complete(completion);
    BOOST_TEST(deaths("stopped").at(0).by == "ann@node7 \"lab\"");

    enqueue(job("canceled"));
    const auto canceled = claim_one();
    wait(operations.cancel({"canceled"}));
    complete(died(canceled, "canceled"));
    BOOST_TEST(deaths("canceled").at(0).by == "ann@node7 \"lab\"");
    BOOST_TEST(status("canceled") == "canceled");

    enqueue(job("lost"));
    let_expire(claim_one());
    wait(operations.stop({"lost"}));
    reap();
    BOOST_TEST(status("lost") == "stopped");
    BOOST_TEST(deaths("lost").at(0).by == "ann@node7 \"lab\"");

    enqueue(job("returned"));
    const auto returned = claim_one();
    wait(operations.stop({"returned"}));
    wait(queue.give_back({returned}));
    BOOST_TEST(deaths("returned").at(0).by == "ann@node7 \"lab\"");
}

BOOST_AUTO_TEST_CASE(a_stop_of_an_earlier_execution_is_not_laid_at_anybodys_door) {
    enqueue(job("a"));
    auto first = died(claim_one(), "stopped");
    wait(Operations(redis, "ann").stop({"a"}));
    first.retry_in = std::chrono::seconds(0);
    complete(first);
    complete(died(claim_one(), "broke"));
    BOOST_TEST(deaths("a").at(0).by == "ann");
    BOOST_TEST(deaths("a").at(1).by == "");
}

BOOST_AUTO_TEST_CASE(poison_shows_all_its_deaths) {
    enqueue(job("a"));
    auto first = died(claim_one(), "wepp was ended by signal 9 (SIGKILL)");
    first.retry_in = std::chrono::seconds(0);
    complete(first);
    for (int time = 1; time <= 3; ++time) {
        let_expire(claim_one());
        reap(2);
    }
    BOOST_TEST(status("a") == "failed");
    BOOST_TEST(deaths("a").size() == 4U);
    const auto text = error_text("a");
    BOOST_TEST(text.find("3 times in all") != std::string::npos, text);
    BOOST_TEST(text.find("signal 9") != std::string::npos, text);
    std::size_t silent = 0;
    for (auto at = text.find("on host (host.1.1): its worker died"); at != std::string::npos;
         at = text.find("on host (host.1.1): its worker died", at + 1))
        ++silent;
    BOOST_TEST(silent == 3U, text);
}

BOOST_AUTO_TEST_CASE(a_job_that_is_renewed_while_it_is_judged_is_not_given_up) {
    enqueue(job("a"));
    const auto lease = claim_one();
    std::vector<std::string> arguments{"now", "a", lease.execution, "x", "x"};
    const auto call = [&] {
        auto copy = arguments;
        return wait(redis.run_script(scripts::abandon(), {}, std::move(copy)))[0].integer();
    };
    BOOST_TEST(call() == 0);
    BOOST_TEST(status("a") == "started");
    let_expire(lease);
    BOOST_TEST(call() == 1);
    BOOST_TEST(status("a") == "failed");
    BOOST_TEST(call() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
