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
import time
job = in_json.enqueue('freshet.noop', 1, 'two', three=[3.5, None])
while not job.is_finished:
    assert not job.is_failed, job.exc_info
    time.sleep(0.01)
print(job.return_value()))") == "{'args': [1, 'two'], 'kwargs': {'three': [3.5, None]}}");
}

BOOST_AUTO_TEST_CASE(a_pickled_call_that_fails_tells_python_why) {
    const auto worker = start_worker();
    BOOST_TEST(python(R"(
import time
job = default.enqueue('freshet.fail', 'no more rain')
while not job.is_failed:
    time.sleep(0.01)
print(job.exc_info, default.failed_job_registry.get_job_ids() == [job.id]))") == "no more rain True");
}

// os.system('touch ...') as pickle would run it.
BOOST_AUTO_TEST_CASE(malicious_data_fail_the_job_and_harm_nobody) {
    const auto worker = start_worker();
    const auto trap = folder.path() / "trap";
    BOOST_TEST(python(R"(
import os, pickle, time, zlib
class Trap:
    def __reduce__(self):
        return os.system, ("touch ')" +
                      trap.string() + R"('",)
call = lambda *args: pickle.dumps((climate, None, args, {}))
cases = {
    'reduce': call(Trap()),
    'global': call(print),
    'bomb': zlib.compress(bytes(200 * 1024 * 1024)),
    'deep': b'\x80\x04' + b']' * 100000 + b'a' * 99999 + b'.',
    'huge': call(2 ** 4000),
    'surrogate': call('\ud800'),
    'truncated': call('x' * 100)[:-20],
    'text': b'hello',
    'empty': b'',
}
for name, data in cases.items():
    connection.hset(f'rq:job:{name}', mapping={'data': data, 'origin': 'default', 'status': 'queued',
                                               'created_at': '2026-01-01T00:00:00.000000Z'})
    default.push_job_id(name)
default.enqueue('freshet.noop', job_id='sound')
while Job.fetch('sound', connection=connection).get_status(refresh=True) != 'finished':
    time.sleep(0.01)
failed = FailedJobRegistry('default', connection=connection).get_job_ids()
while len(failed) < len(cases):
    time.sleep(0.01)
    failed = FailedJobRegistry('default', connection=connection).get_job_ids()
for name in cases:
    error = zlib.decompress(connection.hget(f'rq:job:{name}', 'exc_info')).decode()
    assert error.startswith('job data: '), (name, error)
print(len(failed)))") == "9");
    BOOST_TEST(!std::filesystem::exists(trap));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
