#include "tests/support/queue_fixture.hpp"

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

using What = Receipt::What;
using std::chrono::seconds;

int commands_processed(const tests::RedisServer& server) {
    std::istringstream stats(server.command({"INFO", "commandstats"}));
    int calls = 0;
    for (std::string line; std::getline(stats, line);)
        if (line.starts_with("cmdstat_evalsha:calls=")) calls = std::stoi(line.substr(22));
    return calls;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(enqueue, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(a_job_has_the_hash_that_rq_reads) {
    auto job = run_job("j1", "r1");
    job.call.kwargs["years"] = 100;
    job.meta["runid"] = "r1";
    job.result_ttl = seconds(60);
    job.failure_ttl = seconds(70);
    BOOST_TEST((enqueue(job).what == What::queued));
    BOOST_TEST(listed("default") == "j1");
    BOOST_TEST(ask({"SMEMBERS", "rq:queues"}) == "rq:queue:default");

    const std::vector<std::pair<std::string, std::string>> expected{{"status", "queued"},
        {"origin", "default"}, {"description", "freshet.build_climate_rq('r1', years=100)"},
        {"timeout", "43200"}, {"worker_name", ""}, {"result_ttl", "60"}, {"failure_ttl", "70"},
        {"meta", R"({"runid":"r1"})"}, {"freshet:run_id", "r1"}};
    for (const auto& [name, value] : expected)
        BOOST_TEST(field("j1", name) == value, name << " is " << field("j1", name));
    BOOST_TEST(inflate(field("j1", "data"), 1000).value() ==
               R"(["freshet.build_climate_rq",null,["r1"],{"years":100}])");
    for (const std::string name : {"created_at", "enqueued_at"})
        BOOST_TEST(from_rq_text(field("j1", name)).has_value(), name << " is " << field("j1", name));
    BOOST_TEST(ttl("rq:job:j1") == -1);
}

BOOST_AUTO_TEST_CASE(jobs_stand_in_the_order_in_which_they_came_and_the_impatient_in_front) {
    enqueue(job("a"));
    enqueue(job("b"));
    auto first = job("c");
    first.place = NewJob::Place::front;
    enqueue(first);
    BOOST_TEST(listed("default") == "c,a,b");
}

BOOST_AUTO_TEST_CASE(a_job_for_later_waits_in_the_scheduled_registry) {
    auto later = job("later");
    later.due = std::chrono::sys_seconds(seconds(2'000'000'000));
    BOOST_TEST((enqueue(later).what == What::scheduled));
    BOOST_TEST(status("later") == "scheduled");
    BOOST_TEST(ask({"ZSCORE", "rq:scheduled:default", "later"}) == "2000000000");
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(field("later", "enqueued_at") == "");
}

BOOST_AUTO_TEST_CASE(a_delay_counts_from_the_enqueue) {
    auto later = job("later");
    later.delay = seconds(3'600);
    const auto before = server_time();
    BOOST_TEST((enqueue(later).what == What::scheduled));
    const auto due = std::stoll(ask({"ZSCORE", "rq:scheduled:default", "later"}));
    BOOST_TEST(due >= before + 3'600);
    BOOST_TEST(due <= server_time() + 3'601);
}

BOOST_AUTO_TEST_CASE(values_of_cpp_become_the_arguments_of_a_call) {
    const std::string run_id = "r1";
    const auto call =
        make_call("wepp.build_climate_rq", run_id, 30, 2.5, kw("mode", "daily"), true, std::vector<int>{1, 2},
            std::map<std::string, double>{{"a", 0.5}}, nullptr, kw("limits", std::pair(1, 2)));
    BOOST_TEST(inflate(encode_call(call), 1000).value() ==
               R"(["wepp.build_climate_rq",null,["r1",30,2.5E0,true,[1,2],{"a":5E-1},null],)"
               R"({"mode":"daily","limits":[1,2]}])");
}

BOOST_AUTO_TEST_CASE(children_are_named_in_the_meta_of_their_parent) {
    auto parent = job("parent"), first = job("first"), second = job("second"), third = job("");
    add_child(parent, first, 0);
    add_child(parent, second, 1);
    add_child(parent, third, 1);
    BOOST_TEST(!third.id.empty());
    const boost::json::object expected{{"jobs:0,func:probe_rq", "first"}, {"jobs:1,func:probe_rq", "second"},
        {"jobs:1,func:probe_rq-" + third.id, third.id}};
    BOOST_TEST((parent.meta == expected));
    wait(producer.enqueue_all({parent, first, second, third}));
    BOOST_TEST((parse_value(field("parent", "meta"))->value == expected));
}

BOOST_AUTO_TEST_CASE(an_id_that_is_taken_changes_nothing) {
    enqueue(job("a"));
    const auto before = ask({"HGETALL", "rq:job:a"});
    auto again = run_job("a", "r1");
    const auto receipt = enqueue(again);
    BOOST_TEST((receipt.what == What::id_taken));
    BOOST_TEST(receipt.job_id == "a");
    BOOST_TEST(!receipt.stored());
    BOOST_TEST(ask({"HGETALL", "rq:job:a"}) == before);
    BOOST_TEST(listed("default") == "a");
    BOOST_TEST(in(0, {"EXISTS", "r1"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_job_on_a_run_leaves_its_receipt_in_the_run) {
    enqueue(run_job("j1", "r1"));
    BOOST_TEST(in(0, {"HGET", "r1", "rq:build_climate_rq"}) == "j1");
    BOOST_TEST(std::stoll(in(0, {"HGET", "r1", "last_modified"})) > 1'700'000'000);
}

BOOST_AUTO_TEST_CASE(single_flight_is_decided_by_the_state_of_the_job_before) {
    struct Row {
        const char* status;
        bool in_the_way;
    };
    for (const Row row :
        {Row{"queued", true}, Row{"started", true}, Row{"scheduled", true}, Row{"deferred", false},
            Row{"finished", false}, Row{"failed", false}, Row{"stopped", false}, Row{"canceled", false}}) {
        server.command({"FLUSHALL"});
        enqueue(run_job("first", "r1"));
        ask({"HSET", "rq:job:first", "status", row.status});
        auto second = run_job("second", "r1");
        second.admission = NewJob::Admission::single;
        const auto receipt = enqueue(second);
        BOOST_TEST((receipt.what == What::already_running) == row.in_the_way, row.status);
        BOOST_TEST(receipt.job_id == (row.in_the_way ? "first" : "second"), row.status);
        BOOST_TEST(exists("rq:job:second") == !row.in_the_way, row.status);
        BOOST_TEST(in(0, {"HGET", "r1", "rq:build_climate_rq"}) == receipt.job_id, row.status);
    }
}

BOOST_AUTO_TEST_CASE(single_flight_is_not_hindered_by_a_job_that_is_gone_nor_by_another_run_or_task) {
    enqueue(run_job("gone", "r1"));
    ask({"DEL", "rq:job:gone"});
    enqueue(run_job("other", "r2"));
    auto wepp = job_for_run("run_wepp", "r1").value();
    wepp.id = "other-task";
    enqueue(wepp);
    auto single = run_job("single", "r1");
    single.admission = NewJob::Admission::single;
    BOOST_TEST((enqueue(single).what == What::queued));
}

BOOST_AUTO_TEST_CASE(a_dependent_waits_for_what_has_not_ended_well) {
    struct Row {
        const char* parent;
        NewJob::OnFailure on_failure;
        What expected;
    };
    using enum NewJob::OnFailure;
    for (const Row row : {Row{"queued", stay, What::deferred}, Row{"started", stay, What::deferred},
             Row{"failed", stay, What::deferred}, Row{"failed", run, What::queued},
             Row{"stopped", stay, What::deferred}, Row{"stopped", run, What::queued},
             Row{"canceled", stay, What::deferred}, Row{"canceled", run, What::deferred},
             Row{"finished", stay, What::queued}}) {
        server.command({"FLUSHALL"});
        enqueue(job("parent", "high"));
        ask({"HSET", "rq:job:parent", "status", row.parent});
        auto waiting = child("child", {"parent"});
        waiting.on_failed_dependency = row.on_failure;
        const auto receipt = enqueue(waiting);
        BOOST_TEST((receipt.what == row.expected), row.parent);
        const bool deferred = row.expected == What::deferred;
        BOOST_TEST(status("child") == (deferred ? "deferred" : "queued"), row.parent);
        BOOST_TEST(listed("default") == (deferred ? "" : "child"), row.parent);
        BOOST_TEST(registered("deferred", "default", "child") == deferred, row.parent);
        BOOST_TEST(ask({"SMEMBERS", "rq:job:parent:dependents"}) == (deferred ? "child" : ""), row.parent);
        BOOST_TEST(ask({"SMEMBERS", "rq:job::child:dependencies"}) == (deferred ? "parent" : ""), row.parent);
    }
}

BOOST_AUTO_TEST_CASE(a_dependency_that_is_gone_counts_as_met) {
    BOOST_TEST((enqueue(child("child", {"nobody"})).what == What::queued));
}

BOOST_AUTO_TEST_CASE(a_dependent_tells_rq_what_it_waits_for) {
    enqueue(job("a"));
    enqueue(job("b"));
    enqueue(child("child", {"a", "b"}));
    BOOST_TEST(field("child", "dependency_id") == "a");
    BOOST_TEST(field("child", "dependency_ids") == R"(["a","b"])");
    BOOST_TEST(field("child", "allow_dependency_failures") == "0");
    BOOST_TEST(ask({"ZSCORE", "rq:deferred:default", "child"}) == "inf");
}

BOOST_AUTO_TEST_CASE(a_queue_ttl_lets_a_job_expire_while_it_waits) {
    auto impatient = job("a");
    impatient.queue_ttl = seconds(40);
    enqueue(impatient);
    BOOST_TEST(field("a", "ttl") == "40");
    BOOST_TEST(ttl("rq:job:a") > 0);
    claim_one();
    BOOST_TEST(ttl("rq:job:a") == -1);
}

BOOST_AUTO_TEST_CASE(retries_are_written_as_rq_writes_them) {
    auto stubborn = job("a");
    stubborn.retries = 3;
    stubborn.retry_intervals = {seconds(10), seconds(60)};
    enqueue(stubborn);
    BOOST_TEST(field("a", "retries_left") == "3");
    BOOST_TEST(field("a", "retry_intervals") == "[10,60]");
}

BOOST_AUTO_TEST_CASE(five_thousand_jobs_cost_one_round_trip_and_keep_their_order) {
    std::vector<NewJob> many;
    for (int i = 0; i < 5'000; ++i)
        many.push_back(job(fmt::format("job-{}", i)));
    many[4'000].id = "job-7";
    const int before = commands_processed(server);
    const auto receipts = wait(producer.enqueue_all(std::move(many)));
    BOOST_TEST(commands_processed(server) - before == 10);
    BOOST_TEST_REQUIRE(receipts.size() == 5'000U);
    BOOST_TEST((receipts[4'000].what == What::id_taken));
    BOOST_TEST(receipts[4'999].job_id == "job-4999");
    BOOST_TEST(ask({"LLEN", "rq:queue:default"}) == "4999");
    BOOST_TEST(ask({"LINDEX", "rq:queue:default", "0"}) == "job-0");
    BOOST_TEST(ask({"LINDEX", "rq:queue:default", "-1"}) == "job-4999");
}

BOOST_AUTO_TEST_CASE(a_bulk_may_hold_parents_and_their_children) {
    const auto receipts = wait(producer.enqueue_all({job("parent"), child("child", {"parent"})}));
    BOOST_TEST((receipts[0].what == What::queued));
    BOOST_TEST((receipts[1].what == What::deferred));
}

BOOST_AUTO_TEST_CASE(no_jobs_are_no_trouble) {
    BOOST_TEST(wait(producer.enqueue_all({})).empty());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_job_is_said_before_anything_is_sent) {
    struct Row {
        const char* message;
        void (*spoil)(NewJob&);
    };
    for (const Row row : {Row{"job id 'a b'",
                              [](NewJob& job) {
                                  job.id = "a b";
                              }},
             Row{"queue name 'a:b'",
                 [](NewJob& job) {
                     job.queue = "a:b";
                 }},
             Row{"a job needs a function",
                 [](NewJob& job) {
                     job.call.function = "";
                 }},
             Row{"single flight needs a run id",
                 [](NewJob& job) {
                     job.admission = NewJob::Admission::single;
                 }},
             Row{"dependency 'x y'",
                 [](NewJob& job) {
                     job.depends_on = {"x y"};
                 }},
             Row{"retries",
                 [](NewJob& job) {
                     job.retries = -1;
                 }},
             Row{"key 'k:waiting'",
                 [](NewJob& job) {
                     job.key = "k:waiting";
                 }},
             Row{"delay: expected 0 to",
                 [](NewJob& job) {
                     job.delay = seconds(-1);
                 }},
             Row{"not both", [](NewJob& job) {
                     job.delay = seconds(1);
                     job.due = std::chrono::sys_seconds(seconds(1));
                 }}}) {
        auto spoiled = job("good");
        row.spoil(spoiled);
        const auto result = result_of(producer.enqueue_all({job("first"), spoiled}));
        BOOST_TEST_REQUIRE(result.has_error(), row.message);
        BOOST_TEST((result.error().code == Errc::bad_input));
        BOOST_TEST(result.error().message.find("job 2: ") == 0U, result.error().message);
        BOOST_TEST(result.error().message.find(row.message) != std::string::npos, result.error().message);
        BOOST_TEST(ask({"DBSIZE"}) == "0");
    }
}

BOOST_AUTO_TEST_CASE(
    all_that_belongs_to_a_job_vanishes_when_its_time_on_the_queue_is_over_but_not_while_it_runs) {
    enqueue(job("parent"));
    auto waiting = child("a", {"parent"});
    waiting.queue_ttl = std::chrono::seconds(100);
    enqueue(waiting);
    complete(finished(claim_one()));
    BOOST_TEST(ttl("rq:job::a:dependencies") > 0);
    claim_one();
    BOOST_TEST(ttl("rq:job::a:dependencies") == -1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
