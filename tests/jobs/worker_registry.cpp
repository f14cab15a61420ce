#include "jobs/queue/worker_registry.hpp"

#include "jobs/queue/operations.hpp"
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
    Order report(WorkerReport report) {
        std::vector<WorkerReport> one{std::move(report)};
        return wait(registry.report(std::move(one)));
    }
    Drained drain(const std::string& worker) { return wait(Operations(redis).drain({worker})).at(0); }
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

BOOST_AUTO_TEST_CASE(a_worker_that_heard_no_command_learns_from_its_report_that_it_is_to_drain) {
    wait(registry.register_all());
    BOOST_TEST((report({.name = "h.1.1"}) == Order::work_on));
    BOOST_TEST((drain("h.1.2") == Drained::noted));
    BOOST_TEST((report({.name = "h.1.1"}) == Order::work_on));
    for (int i = 0; i < 2; ++i) // whose first reply may have got lost
        BOOST_TEST((report({.name = "h.1.2"}) == Order::drain));
}

BOOST_AUTO_TEST_CASE(a_later_process_of_the_same_name_is_not_drained) {
    wait(registry.register_all());
    drain("h.1.1");
    wait(registry.unregister_all());
    drain("h.1.2");
    wait(registry.register_all());
    for (const char* name : {"h.1.1", "h.1.2"})
        BOOST_TEST((report({.name = name}) == Order::work_on), name);
}

BOOST_AUTO_TEST_CASE(who_is_gone_or_a_worker_of_rq_that_does_not_listen_cannot_be_drained) {
    ask({"HSET", "rq:worker:python", "birth", "2026-01-01T00:00:00.000000Z", "python_version", "3.11.2"});
    for (const char* name : {"python", "gone"})
        BOOST_TEST((drain(name) == Drained::deaf), name);
    BOOST_TEST(of("python", "freshet:drain") == "(nil)");
    BOOST_TEST(!exists("rq:worker:gone"));
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
