#include "jobs/queue/worker_registry.hpp"

#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

using State = WorkerReport::State;
using std::chrono::milliseconds;

struct Fixture : tests::QueueFixture {
    WorkerProcess process{{"h.1.1", "h.1.2"}, {"high", "default"}, 4711, "h", "127.0.0.1", "0.1.0"};
    WorkerRegistry registry{redis, process};

    std::string of(const std::string& worker, const std::string& name) {
        return ask({"HGET", "rq:worker:" + worker, name});
    }
    void report(WorkerReport report) {
        std::vector<WorkerReport> one{std::move(report)};
        wait(registry.report(std::move(one)));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(worker_registry, Fixture)

BOOST_AUTO_TEST_CASE(each_slot_is_a_worker_that_rq_knows) {
    wait(registry.register_all());
    for (const std::string set : {"rq:workers", "rq:workers:high", "rq:workers:default"})
        BOOST_TEST(ask({"SMISMEMBER", set, "rq:worker:h.1.1", "rq:worker:h.1.2"}) == "1\n1", set);
    const std::vector<std::pair<std::string, std::string>> expected{{"queues", "high,default"},
        {"pid", "4711"}, {"hostname", "h"}, {"ip_address", "127.0.0.1"}, {"version", "0.1.0"},
        {"python_version", ""}, {"state", "idle"}};
    for (const auto& [name, value] : expected)
        BOOST_TEST(of("h.1.1", name) == value, name);
    for (const std::string name : {"birth", "last_heartbeat"})
        BOOST_TEST(from_rq_text(of("h.1.1", name)).has_value(), name);
    BOOST_TEST(ttl("rq:worker:h.1.1") > 400);
}

BOOST_AUTO_TEST_CASE(a_name_that_lives_is_taken_and_one_that_died_is_not) {
    wait(registry.register_all());
    WorkerRegistry other(redis, {{"h.1.3", "h.1.2"}, {"low"}, 1, "h", "", "0.1.0"});
    const auto refused = result_of(other.register_all());
    BOOST_TEST((refused.error().code == Errc::conflict));
    BOOST_TEST(refused.error().message.find("h.1.2") != std::string::npos);
    BOOST_TEST(!exists("rq:worker:h.1.3"));
    wait(registry.unregister_all());
    wait(other.register_all());
    BOOST_TEST(of("h.1.2", "death") == "(nil)");
    BOOST_TEST(of("h.1.2", "queues") == "low");
}

BOOST_AUTO_TEST_CASE(a_report_tells_what_the_worker_does_and_adds_up_what_it_did) {
    wait(registry.register_all());
    report({.name = "h.1.1", .state = State::busy, .job_id = "a", .working = milliseconds(1'250)});
    BOOST_TEST(of("h.1.1", "state") == "busy");
    BOOST_TEST(of("h.1.1", "current_job") == "a");
    BOOST_TEST(of("h.1.1", "current_job_working_time") == "1.250");
    BOOST_TEST(ttl("rq:worker:h.1.1") <= 90);
    for (int i = 0; i < 2; ++i)
        report({.name = "h.1.1", .finished = 2, .failed = 1, .worked = milliseconds(1'500)});
    BOOST_TEST(of("h.1.1", "state") == "idle");
    BOOST_TEST(of("h.1.1", "current_job") == "(nil)");
    BOOST_TEST(of("h.1.1", "successful_job_count") == "4");
    BOOST_TEST(of("h.1.1", "failed_job_count") == "2");
    BOOST_TEST(std::stod(of("h.1.1", "total_working_time")) == 3.0);
    report({.name = "h.1.1", .state = State::suspended});
    BOOST_TEST(of("h.1.1", "state") == "suspended");
    BOOST_TEST(of("h.1.2", "state") == "idle");
}

BOOST_AUTO_TEST_CASE(a_worker_whose_entry_expired_is_registered_again) {
    wait(registry.register_all());
    ask({"DEL", "rq:worker:h.1.1", "rq:workers"});
    report({.name = "h.1.1", .state = State::busy, .job_id = "a", .finished = 3});
    BOOST_TEST(of("h.1.1", "current_job") == "a");
    BOOST_TEST(of("h.1.1", "successful_job_count") == "3");
    BOOST_TEST(of("h.1.1", "hostname") == "h");
    BOOST_TEST(ask({"SMEMBERS", "rq:workers"}) == "rq:worker:h.1.1");
}

BOOST_AUTO_TEST_CASE(who_leaves_is_listed_no_more) {
    wait(registry.register_all());
    wait(registry.unregister_all());
    for (const std::string set : {"rq:workers", "rq:workers:high", "rq:workers:default"})
        BOOST_TEST(!exists(set), set);
    BOOST_TEST(from_rq_text(of("h.1.1", "death")).has_value());
    BOOST_TEST(ttl("rq:worker:h.1.1") <= 60);
    wait(registry.unregister_all());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
