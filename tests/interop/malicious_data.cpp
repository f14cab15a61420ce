#include "tests/interop/python.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace freshet::worker {
namespace {

/// The most memory that a process has ever had, in MiB.
int peak_memory(const tests::Process& process) {
    std::istringstream status(tests::text_of("/proc/" + std::to_string(process.pid()) + "/status"));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stoi(line.substr(6)) / 1024;
    return 0;
}

// Every bomb would take 512 MiB and more.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int most_growth = 500; // they keep what was freed, or a shadow of it
#else
constexpr int most_growth = 250;
#endif

} // namespace

BOOST_FIXTURE_TEST_SUITE(malicious_data, tests::WorkerFixture)

// The trap is os.system('touch ...') as pickle would run it.
BOOST_AUTO_TEST_CASE(fail_their_jobs_with_the_reason_in_little_memory_and_harm_nobody) {
    const auto worker = start_worker();
    worker->wait_for_output("pulling from");
    const int before = peak_memory(*worker);
    const auto trap = folder.path() / "trap";
    const auto output = tests::python(server.socket(), R"(
import os, pickle, zlib
class Trap:
    def __reduce__(self):
        return os.system, ("touch ')" + trap.string() + R"('",)
def call(*args):
    return pickle.dumps((climate, None, args, {}))
def bomb(start, piece, end, times):
    packer = zlib.compressobj()
    return b''.join([packer.compress(start), *(packer.compress(piece) for _ in range(times)), packer.compress(end),
                     packer.flush()])
mebibyte = bytes(2 ** 20)
laughs = ['ha']
for _ in range(40): laughs = [laughs, laughs]
in_json = lambda args: f'["{climate}", null, {args}, {{}}]'.encode()
cases = {
    'reduce': call(Trap()),
    'global': call(print),
    'reduce-in-meta-position': pickle.dumps((climate, Trap(), (), {})),
    'bomb-of-zeros': bomb(b'', mebibyte, b'', 512),
    'bomb-of-json': bomb(in_json('["')[:-5], b'x' * 2 ** 20, b'"], {}]', 512),
    'bomb-of-lists': bomb(b'["f", null, [', b'[],' * 2 ** 18, b'0], {}]', 512),
    'shared-lists': call(laughs),
    'shared-texts': call(['x' * 2 ** 20] * 1024),
    'deep-pickle': b'\x80\x04' + b']' * 100000 + b'a' * 99999 + b'.',
    'deep-json': in_json('[' * 100000 + ']' * 100000),
    'huge-integer': call(2 ** 4000),
    'huge-integer-in-json': in_json('[' + '9' * 4000 + ']'),
    'huge-length': b'\x80\x04\x8d' + b'\xff' * 7 + b'\x7f' + b'x',
    'surrogate': call('\ud800'),
    'not-utf8': in_json('["?"]').replace(b'?', b'\xc3\x28'),
    'truncated-pickle': call('x' * 100)[:-20],
    'truncated-json': in_json('["x"]')[:-5],
    'truncated-zlib': zlib.compress(call('x' * 100))[:-9],
    'no-call': in_json('["x"]').replace(b'null', b'7'),
    'text': b'hello',
    'empty': b'',
}
for name, data in cases.items():
    connection.hset(f'rq:job:{name}', mapping={'data': data, 'origin': 'default', 'status': 'queued',
                                               'created_at': '2026-01-01T00:00:00.000000Z'})
    default.push_job_id(name)
sound = default.enqueue('freshet.noop', job_id='sound')
registry = FailedJobRegistry('default', connection=connection)
wait_until(lambda: sound.is_finished and registry.count == len(cases))
for name in cases:
    error = zlib.decompress(connection.hget(f'rq:job:{name}', 'exc_info')).decode()
    assert error.startswith('job data: '), (name, error)
    print(name, '|', error))");
    BOOST_TEST(!std::filesystem::exists(trap));
    BOOST_TEST(worker->running());
    const int growth = peak_memory(*worker) - before;
    BOOST_TEST(growth < most_growth, growth << " MiB for\n" << output);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
