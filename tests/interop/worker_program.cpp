#include "tests/interop/python.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

struct Fixture : tests::WorkerFixture {
    std::string python(const std::string& lines) { return tests::python(server.socket(), lines); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(worker_program, Fixture)

BOOST_AUTO_TEST_CASE(a_call_from_python_is_answered) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
job = in_json.enqueue('freshet.noop', 1, 'two', three=[3.5, None])
wait_until(lambda: job.is_finished)
print(job.return_value()))") == "{'args': [1, 'two'], 'kwargs': {'three': [3.5, None]}}");
}

BOOST_AUTO_TEST_CASE(a_pickled_call_that_fails_tells_python_why) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
job = default.enqueue('freshet.fail', 'no more rain')
wait_until(lambda: job.is_failed)
print(job.exc_info.splitlines()[0], default.failed_job_registry.get_job_ids() == [job.id]))") == "no more rain True");
}

BOOST_AUTO_TEST_CASE(a_pickled_call_gets_a_pickled_result_and_keeps_its_meta) {
    const auto worker = start_worker();
    BOOST_TEST(
        python(R"(
import base64
job = default.enqueue('freshet.noop', 'r1', {'a': [2.5, None, True]}, meta={'user': 'me'})
wait_until(lambda: job.is_finished)
entry = connection.xrevrange(f'rq:results:{job.id}')[0][1]
print(job.return_value(), job.result, job.get_meta(), job.exc_info, base64.b64decode(entry[b'return_value'])[:1]))") ==
        "['r1', {'a': [2.5, None, True]}] ['r1', {'a': [2.5, None, True]}] {'user': 'me'} None b'\\x80'");
}

BOOST_AUTO_TEST_CASE(every_attempt_of_a_job_with_retries_is_seen) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
job = default.enqueue('freshet.fail', 'again', retry=Retry(max=2))
wait_until(lambda: job.is_failed)
print([result.exc_string.splitlines()[0] for result in job.results()], job.get_status(),
      connection.hget(job.key, 'retries_left').decode(), default.failed_job_registry.count))") ==
               "['again', 'again', 'again'] failed 0 1");
}

// RQ cuts the time at which a job is due to whole seconds.
BOOST_AUTO_TEST_CASE(a_job_for_later_runs_when_it_is_due) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
job = default.enqueue_in(timedelta(seconds=2), 'freshet.noop')
at = default.enqueue_at(datetime.now(timezone.utc) + timedelta(seconds=1), 'freshet.noop')
wait_until(lambda: job.is_finished and at.is_finished)
job.refresh()
print(job.started_at - job.created_at >= timedelta(seconds=1), default.scheduled_job_registry.count))") ==
               "True 0");
}

BOOST_AUTO_TEST_CASE(the_child_of_two_parents_runs_once_although_one_of_them_is_requeued) {
    python(R"(
from rq.job import Dependency
default.enqueue('freshet.noop', job_id='good')
default.enqueue('freshet.fail', job_id='bad')
default.enqueue('freshet.noop', job_id='child', depends_on=Dependency(['good', 'bad'], allow_failure=True)))");
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
bad, child = (Job.fetch(id, connection=connection) for id in ('bad', 'child'))
wait_until(lambda: child.is_finished)
default.failed_job_registry.requeue(bad)
wait_until(lambda: len(bad.results()) == 2 and bad.is_failed)
last = default.enqueue('freshet.noop')
wait_until(lambda: last.is_finished)
print(child.get_status(), len(child.results()), default.count))") == "finished 1 0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
