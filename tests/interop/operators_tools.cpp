#include "tests/interop/python.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

struct Fixture : tests::WorkerFixture {
    std::string python(const std::string& lines) { return tests::python(server.socket(), lines); }
};

} // namespace

// What operators do with RQ's own tools to workers of ours.
BOOST_FIXTURE_TEST_SUITE(operators_tools, Fixture)

BOOST_AUTO_TEST_CASE(rq_info_shows_each_slot_as_a_worker) {
    const auto worker = start_worker({"--concurrency", "2"});
    const auto info = python(R"(
import subprocess
wait_until(lambda: Worker.count(connection) == 2)
job = default.enqueue('freshet.sleep', 60)
wait_until(lambda: any(worker.get_state() == 'busy' for worker in Worker.all(connection)))
print(subprocess.run(['/usr/bin/python3', '-m', 'rq.cli', 'info', '-u', f'unix://{sys.argv[1]}?db=9'],
                     capture_output=True, text=True, check=True).stdout)
send_stop_job_command(connection, job.id))");
    for (const char* text : {"2 workers", "1 queues", "busy", "idle"})
        BOOST_TEST(info.find(text) != std::string::npos, info);
}

BOOST_AUTO_TEST_CASE(a_running_job_is_started_for_all_to_see_until_it_is_stopped) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
job = default.enqueue('freshet.sleep', 60, retry=Retry(max=3))
wait_until(lambda: job.is_started)
print(StartedJobRegistry('default', connection=connection).get_job_ids() == [job.id])
send_stop_job_command(connection, job.id)
wait_until(lambda: job.get_status() == 'stopped')
job.refresh()
print(job.is_stopped, job.exc_info.splitlines()[0], FailedJobRegistry('default', connection=connection).get_job_ids() == [job.id],
      StartedJobRegistry('default', connection=connection).count, default.count))") ==
               "True\nTrue Job stopped by user, work-horse terminated. True 0 0");
}

BOOST_AUTO_TEST_CASE(suspended_workers_start_nothing_until_they_are_resumed) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
from rq.suspension import resume, suspend
first = default.enqueue('freshet.noop')
wait_until(lambda: first.is_finished)
suspend(connection)
job = default.enqueue('freshet.noop')
scripts = lambda: connection.info('commandstats')['cmdstat_evalsha']['calls']
before = scripts()
wait_until(lambda: scripts() >= before + 10)
waited = job.get_status()
resumed_at = datetime.utcnow()
resume(connection)
wait_until(lambda: job.is_finished)
job.refresh()
print(waited, job.started_at.replace(tzinfo=None) > resumed_at))") == "queued True");
}

BOOST_AUTO_TEST_CASE(a_failed_job_is_requeued_and_runs_again) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
job = default.enqueue('freshet.fail', 'no more rain')
wait_until(lambda: job.is_failed)
FailedJobRegistry('default', connection=connection).requeue(job)
wait_until(lambda: len(job.results()) == 2 and job.is_failed)
job.refresh()
print(job.exc_info.splitlines()[0], FailedJobRegistry('default', connection=connection).count))") == "no more rain 1");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_deleted_while_it_is_queued_never_runs) {
    python(R"(
for id in 'deleted', 'also-deleted': default.enqueue('freshet.noop', job_id=id, result_ttl=-1)
Job.fetch('deleted', connection=connection).delete(remove_from_queue=False)
connection.delete('rq:job:also-deleted'))");
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
job = default.enqueue('freshet.noop')
wait_until(lambda: job.is_finished)
print(Job.exists('deleted', connection), connection.exists('rq:results:deleted', 'rq:results:also-deleted'),
      default.count, default.finished_job_registry.get_job_ids() == [job.id]))") == "False 0 0 True");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
