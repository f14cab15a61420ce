#include "tests/interop/python.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {

BOOST_FIXTURE_TEST_SUITE(shared_queue, tests::WorkerFixture)

// The module `freshet` is made on the spot, so that RQ's worker can run what ours can.
BOOST_AUTO_TEST_CASE(rqs_worker_and_ours_do_each_job_once_while_rq_cleans_its_registries) {
    const auto worker = start_worker({"--concurrency", "2"});
    BOOST_TEST(tests::python(server.socket(), R"(
import threading, types
module = types.ModuleType('freshet')
module.noop = lambda *args: list(args)
module.sleep = lambda seconds: time.sleep(seconds) or seconds
sys.modules['freshet'] = module

jobs = [default.enqueue('freshet.noop', i, job_id=f'noop-{i}') for i in range(200)]
jobs += [default.enqueue('freshet.sleep', 0.2, job_id=f'sleep-{i}') for i in range(20)]
jobs += [default.enqueue('freshet.noop', i, depends_on=[f'noop-{i}', f'sleep-{i}'], job_id=f'child-{i}')
         for i in range(20)]

ended = threading.Event()
def clean_up():
    while not ended.is_set():
        connection.delete('rq:clean_registries:default')
        clean_registries(default)
cleaner = threading.Thread(target=clean_up)
cleaner.start()
theirs = SimpleWorker([default], connection=connection)
try:
    while not all(job.is_finished for job in jobs):
        theirs.work(burst=True, logging_level='ERROR')
        assert not default.failed_job_registry.count, [job.exc_info for job in jobs if job.is_failed]
finally:
    ended.set()
    cleaner.join()
by_them = int(connection.hget(theirs.key, 'successful_job_count') or 0)
results = [len(job.results()) for job in jobs]
print(len(jobs), set(results), default.count, default.started_job_registry.count, default.failed_job_registry.count,
      default.finished_job_registry.count, 0 < by_them < len(jobs)))") == "240 {1} 0 0 0 240 True");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
