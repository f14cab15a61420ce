#include "jobs/queue/operations.hpp"
#include "jobs/queue/worker_registry.hpp"
#include "tests/interop/python.hpp"
#include "tests/support/queue_fixture.hpp"

#include <boost/json/value.hpp>

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    std::string python(const std::string& lines) { return tests::python(server.socket(), lines); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(python_reader, Fixture)

BOOST_AUTO_TEST_CASE(a_result_is_read_in_the_serializer_of_its_job) {
    for (const std::string queue_name : {"default", "in_json"}) {
        server.command({"FLUSHALL"});
        python(fmt::format("{}.enqueue(climate, 'r1', job_id='a', result_ttl=60)", queue_name));
        const auto claimed = claim();
        const auto serializer = decode_call(claimed.at(0).data).value().serializer;
        auto completion = finished(claimed[0].lease);
        const boost::json::value value{{"years", 100}, {"mean", 2.5}, {"files", {"a.cli", nullptr, true}}};
        completion.return_value = serialize_value(value, serializer);
        complete(completion);
        BOOST_TEST(
            python(fmt::format(R"(
job = Job.fetch('a', connection=connection, serializer={}.serializer)
print(job.get_status(), job.is_finished, job.result, job.return_value(), job.exc_info, job.worker_name,
      job.ended_at >= job.started_at >= job.enqueued_at, len(job.results()), job.latest_result().type))",
                queue_name)) ==
            "finished True {'years': 100, 'mean': 2.5, 'files': ['a.cli', None, True]} "
            "{'years': 100, 'mean': 2.5, 'files': ['a.cli', None, True]} None None True 1 Type.SUCCESSFUL");
    }
}

BOOST_AUTO_TEST_CASE(a_job_of_ours_is_read_like_one_of_rqs) {
    for (const auto serializer : {Serializer::json, Serializer::pickle}) {
        server.command({"FLUSHALL"});
        auto job = run_job("a", "r1");
        job.call.serializer = serializer;
        job.call.kwargs = {{"years", 100}, {"flags", {true, nullptr, -70'000, 3'000'000'000, 0.25}}};
        job.meta = {{"user", "me"}};
        enqueue(job);
        const char* name = serializer == Serializer::json ? "JSONSerializer" : "DefaultSerializer";
        BOOST_TEST(python(fmt::format(R"(
job = Job.fetch('a', connection=connection, serializer={})
print(job.func_name, job.args, job.kwargs, job.meta, job.timeout, job.origin, job.get_status(), default.job_ids))",
                       name)) ==
                   fmt::format("freshet.build_climate_rq {} {{'years': 100, 'flags': [True, None, -70000, "
                               "3000000000, 0.25]}} {{'user': 'me'}} 43200 default queued ['a']",
                       serializer == Serializer::json ? "['r1']" : "('r1',)"));
    }
}

BOOST_AUTO_TEST_CASE(a_failure_is_read_and_requeued) {
    enqueue(job("a"));
    complete(failed(claim_one(), "it broke: \xc3\xa9"));
    BOOST_TEST(python(R"(
job = Job.fetch('a', connection=connection, serializer=JSONSerializer)
registry = FailedJobRegistry('default', connection=connection, serializer=JSONSerializer)
print(job.get_status(), job.exc_info, job.latest_result().exc_string, registry.get_job_ids())
registry.requeue('a')
print(job.get_status(), registry.count, in_json.job_ids))") ==
               "failed it broke: \xc3\xa9 it broke: \xc3\xa9 ['a']\nqueued 0 ['a']");
    complete(finished(claim_one()));
    BOOST_TEST(status("a") == "finished");
}

BOOST_AUTO_TEST_CASE(a_running_job_is_in_the_started_registry_and_survives_rqs_clean_up) {
    enqueue(job("a"));
    const auto lease = claim_one();
    const auto look = [&] {
        return python(R"(
clean_registries(default)
registry = StartedJobRegistry('default', connection=connection)
job = Job.fetch('a', connection=connection, serializer=JSONSerializer)
print(registry.get_job_ids(), job.get_status(), job.worker_name))");
    };
    BOOST_TEST(look() == "['a'] started host.1.1");
    BOOST_TEST((beat(lease) == LeaseState::held));
    BOOST_TEST(look() == "['a'] started host.1.1");
    BOOST_TEST((complete(finished(lease)).what == CompletionReply::What::done));
    BOOST_TEST(
        python("clean_registries(default); print(default.finished_job_registry.get_job_ids())") == "['a']");
}

BOOST_AUTO_TEST_CASE(rq_info_shows_queues_and_workers) {
    WorkerRegistry workers(
        redis, {{"host.1.1", "host.1.2"}, {"default", "low"}, 1, "host", "127.0.0.1", "0.1.0"});
    wait(workers.register_all());
    for (const char* id : {"a", "b", "c"})
        enqueue(job(id));
    const auto lease = claim_one();
    wait(workers.report(
        {{.name = "host.1.1", .state = WorkerReport::State::busy, .job_id = "a", .working = {}}}));
    const auto info = python(R"(
import subprocess
print(subprocess.run(['/usr/bin/python3', '-m', 'rq.cli', 'info', '--raw', '-u', f'unix://{sys.argv[1]}?db=9'],
                     capture_output=True, text=True, check=True).stdout))");
    for (const char* line : {"queue default 2", "worker host.1.1 (host 127.0.0.1 1) busy default, low",
             "worker host.1.2 (host 127.0.0.1 1) idle default, low"})
        BOOST_TEST(info.find(line) != std::string::npos, info);
    BOOST_TEST(python(R"(
worker = Worker.find_by_key('rq:worker:host.1.1', connection=connection)
print(worker.state, worker.get_current_job_id(), worker.queue_names(), worker.hostname, worker.pid, Worker.count(connection)))") ==
               "busy a ['default', 'low'] host 1 2");
    wait(workers.unregister_all());
    BOOST_TEST(python("print(Worker.all(connection))") == "[]");
}

BOOST_AUTO_TEST_CASE(rqs_stop_command_finds_the_worker) {
    enqueue(job("a"));
    claim_one();
    BOOST_TEST(python(R"(
listener = connection.pubsub(ignore_subscribe_messages=True)
listener.subscribe('rq:pubsub:host.1.1')
listener.get_message(timeout=10)
send_stop_job_command(connection, 'a', serializer=JSONSerializer)
print(listener.get_message(timeout=10)['data'].decode()))") == R"({"command": "stop-job", "job_id": "a"})");
}

BOOST_AUTO_TEST_CASE(a_job_canceled_by_either_side_is_canceled_for_both) {
    Operations operations(redis);
    enqueue(job("ours"));
    python("default.enqueue(climate, job_id='theirs')");
    wait(operations.cancel({"ours", "theirs"}));
    BOOST_TEST(python(R"(
registry = CanceledJobRegistry('default', connection=connection)
print(sorted(registry.get_job_ids()), Job.fetch('theirs', connection=connection).is_canceled, default.count))") ==
               "['ours', 'theirs'] True 0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
