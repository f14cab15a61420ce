#include "tests/interop/python.hpp"
#include "tests/support/queue_fixture.hpp"

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    std::string python(const std::string& lines) { return tests::python(server.socket(), lines); }

    /// RQ's own worker, until the queue is empty; how many jobs it has finished.
    std::string work(const std::string& serializer) {
        return python(fmt::format(R"(
worker = SimpleWorker(['default'], connection=connection, serializer={})
worker.work(burst=True, logging_level='ERROR')
print(int(connection.hget(worker.key, 'successful_job_count') or 0),
      int(connection.hget(worker.key, 'failed_job_count') or 0)))",
            serializer));
    }
    Ended ended(const std::string& id) {
        prep::redis::Connection& same = redis;
        return wait(producer.wait(id, same, std::chrono::seconds(10)));
    }
    NewJob sum(const std::string& id, Serializer serializer) {
        NewJob sum = job(id);
        sum.call = {"operator.add", {2, 3}, {}, serializer};
        return sum;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(python_worker, Fixture)

BOOST_AUTO_TEST_CASE(rqs_worker_runs_jobs_of_ours_and_we_read_the_results) {
    for (const auto& [serializer, name] :
        {std::pair{Serializer::json, "JSONSerializer"}, {Serializer::pickle, "DefaultSerializer"}}) {
        server.command({"FLUSHALL"});
        enqueue(sum("a", serializer));
        BOOST_TEST(work(name) == "1 0");
        const auto result = ended("a");
        BOOST_TEST(result.job.status == "finished");
        BOOST_TEST(result.value.as_int64() == 5);
    }
}

BOOST_AUTO_TEST_CASE(a_failure_in_python_tells_us_why) {
    auto wrong = sum("a", Serializer::json);
    wrong.call.args = {2, "x"};
    enqueue(wrong);
    BOOST_TEST(work("JSONSerializer").ends_with("0 1")); // RQ logs the failure first
    const auto result = ended("a");
    BOOST_TEST(result.job.status == "failed");
    BOOST_TEST(result.job.error_text.find("TypeError") != std::string::npos, result.job.error_text);
}

BOOST_AUTO_TEST_CASE(both_kinds_of_worker_share_a_queue_and_its_dependencies) {
    enqueue(sum("ours", Serializer::json));
    auto theirs = sum("theirs", Serializer::json);
    theirs.depends_on = {"ours"};
    enqueue(theirs);
    auto last = sum("last", Serializer::json);
    last.depends_on = {"theirs", "ours"};
    enqueue(last);

    complete(finished(claim_one()));
    BOOST_TEST(listed("default") == "theirs");
    BOOST_TEST(work("JSONSerializer") == "2 0");
    for (const std::string id : {"ours", "theirs", "last"})
        BOOST_TEST(status(id) == "finished", id);
}

BOOST_AUTO_TEST_CASE(rqs_worker_leaves_a_job_that_we_run) {
    enqueue(sum("a", Serializer::json));
    enqueue(sum("b", Serializer::json));
    const auto lease = claim_one();
    BOOST_TEST(work("JSONSerializer") == "1 0");
    BOOST_TEST(status("a") == "started");
    BOOST_TEST((beat(lease) == LeaseState::held));
    BOOST_TEST((complete(finished(lease)).what == CompletionReply::What::done));
}

BOOST_AUTO_TEST_CASE(a_job_that_we_gave_back_can_run_in_python) {
    enqueue(sum("a", Serializer::pickle));
    const auto lease = claim_one();
    wait(queue.give_back({lease}));
    BOOST_TEST(work("DefaultSerializer") == "1 0");
    BOOST_TEST(ended("a").value.as_int64() == 5);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
