#include "worker/runtime/periodic.hpp"

#include "tests/support/queue_fixture.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
using std::chrono::sys_seconds;

sys_seconds at(std::int64_t second) {
    return sys_seconds(std::chrono::seconds(second));
}

struct Fixture : QueueFixture {
    TemporaryFolder folder;

    Result<std::vector<PeriodicJob>> read(const std::string& text) {
        write_text(folder.path() / "crontab", text);
        return read_periodic_jobs(folder.path() / "crontab");
    }
    /// What a worker that started at `start` makes of the crontab, by its clock.
    PeriodicPlan plan(const std::string& text, std::int64_t start) {
        return PeriodicPlan(read(text).value(), at(start));
    }
    static std::string told(const std::vector<PeriodicPlan::Due>& all) {
        std::string text;
        for (const auto& due : all)
            text += fmt::format("{}@{} ", due.job->job.call.function, due.time.time_since_epoch().count());
        return text;
    }
    bool enqueue_once(const PeriodicPlan::Due& due) {
        auto job = due.job->job;
        auto name = due.job->name;
        return wait(producer.enqueue_periodic(std::move(job), std::move(name), due.time)).has_value();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(periodic, Fixture)

BOOST_AUTO_TEST_CASE(a_crontab_names_queue_function_and_arguments) {
    const auto jobs = read("# nightly\n\n0 3 * * *  low  app.archive_old_rq  [\"/runs\", 30]\n"
                           "every 15m default freshet.noop\n")
                          .value();
    BOOST_TEST_REQUIRE(jobs.size() == 2U);
    BOOST_TEST(jobs[0].job.queue == "low");
    BOOST_TEST(jobs[0].job.call.description() == "app.archive_old_rq('/runs', 30)");
    BOOST_TEST(jobs[1].job.call.function == "freshet.noop");
    BOOST_TEST(jobs[1].job.call.args.empty());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_it_is_told_with_its_line) {
    struct Case {
        const char* text;
        const char* message;
    };
    for (const Case& one : {Case{"\n61 * * * * q f\n", "line 2: minute: expected an integer 0..59"},
             Case{"every 15m\n", "line 1: expected a queue and a function"},
             Case{"every 15m q\n", "line 1: expected a queue and a function"},
             Case{"every 15m q:1 f\n", "line 1: queue name 'q:1'"},
             Case{"every 15m q f {}\n", "line 1: arguments: expected a JSON list"},
             Case{"every 15m q f [1\n", "line 1: arguments: expected a JSON list"}}) {
        const auto jobs = read(one.text);
        BOOST_TEST_REQUIRE(!jobs.has_value(), one.text);
        BOOST_TEST(jobs.error().message.find(one.message) != std::string::npos, jobs.error().message);
    }
    const auto folder_instead = read_periodic_jobs(folder.path());
    BOOST_TEST_REQUIRE(!folder_instead.has_value());
    BOOST_TEST(folder_instead.error().message.ends_with(": Is a directory"), folder_instead.error().message);
}

BOOST_AUTO_TEST_CASE(each_is_due_at_its_times_and_what_was_slept_through_once) {
    auto jobs = plan("every 10s q a\nevery 25s q b\n", 100);
    BOOST_TEST(told(jobs.take_due(at(109))) == "");
    BOOST_TEST(told(jobs.take_due(at(110))) == "a@110 ");
    BOOST_TEST(told(jobs.take_due(at(110))) == "");
    BOOST_TEST(told(jobs.take_due(at(125))) == "a@120 b@125 ");
    BOOST_TEST(told(jobs.take_due(at(1'000))) == "a@1000 b@1000 ");
    BOOST_TEST(told(jobs.take_due(at(990))) == ""); // the clock was set back
    BOOST_TEST(told(jobs.take_due(at(1'010))) == "a@1010 ");
}

BOOST_AUTO_TEST_CASE(however_many_workers_enqueue_it_once) {
    const std::string crontab = "every 10s default freshet.noop\n";
    auto first = plan(crontab, 100), second = plan(crontab, 103);
    for (const std::int64_t now : {110, 120, 130}) {
        const auto due = first.take_due(at(now)), late = second.take_due(at(now + 4));
        BOOST_TEST_REQUIRE(due.size() == 1U);
        BOOST_TEST_REQUIRE(late.size() == 1U);
        BOOST_TEST(enqueue_once(due[0]));
        BOOST_TEST(!enqueue_once(late[0]));
        BOOST_TEST(!enqueue_once(due[0]));
    }
    BOOST_TEST(ask({"LLEN", "rq:queue:default"}) == "3");
    // One whose clock is behind has nothing to add.
    auto behind = plan(crontab, 80);
    BOOST_TEST(!enqueue_once(behind.take_due(at(115))[0]));
    BOOST_TEST(ask({"LLEN", "rq:queue:default"}) == "3");
}

BOOST_AUTO_TEST_CASE(another_line_is_another_job) {
    auto jobs = plan("every 10s default freshet.noop [1]\nevery 10s default freshet.noop [2]\n", 100);
    for (const auto& due : jobs.take_due(at(110)))
        BOOST_TEST(enqueue_once(due));
    BOOST_TEST(ask({"LLEN", "rq:queue:default"}) == "2");
}

BOOST_AUTO_TEST_CASE(two_workers_with_a_crontab_run_each_job_once) {
    WorkerFixture workers;
    const auto crontab = workers.folder.path() / "crontab";
    write_text(crontab, "every 1s default freshet.noop\n");
    const auto first = workers.start_worker({"--periodic", crontab.string()}),
               second = workers.start_worker({"--periodic", crontab.string()});
    eventually("three are finished", [&] {
        return std::stoi(workers.queue_db({"ZCARD", "rq:finished:default"})) >= 3;
    });
    for (const auto* worker : {&first, &second}) {
        (*worker)->signal(SIGTERM);
        BOOST_TEST((*worker)->wait() == 0);
    }
    const int enqueued = std::stoi(workers.queue_db({"ZCARD", "rq:finished:default"})) +
                         std::stoi(workers.queue_db({"LLEN", "rq:queue:default"}));
    int told = 0;
    for (const auto* worker : {&first, &second}) {
        const std::string log = (*worker)->output();
        for (auto found = log.find(" enqueued: every"); found != std::string::npos;
             found = log.find(" enqueued: every", found + 1))
            ++told;
    }
    BOOST_TEST(told == enqueued);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
