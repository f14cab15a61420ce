// A model program that the kernel itself kills: it works in a memory cgroup of the test's own.
#include "jobs/queue/death.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
using namespace freshet::tests;

/// Files that hold a cgroup's limits of memory, and of memory with swap.
struct Limits {
    std::string memory;
    std::string swap;
};

/// A cgroup of little memory, removed at the end; empty if none can be made here.
class MemoryCgroup {
public:
    MemoryCgroup() {
        std::ifstream ours("/proc/self/cgroup"); // lines of <number>:<controllers>:<path>
        for (std::string line; !made() && std::getline(ours, line);) {
            const auto path = line.substr(line.rfind(':') + 1);
            if (contains(line, ":memory:"))
                make(
                    "/sys/fs/cgroup/memory" + path, {"memory.limit_in_bytes", "memory.memsw.limit_in_bytes"});
            // In version 2 no group that has processes has limited groups below it: beside ours, then.
            if (line.starts_with("0::"))
                make(fs::path("/sys/fs/cgroup" + path).parent_path(), {"memory.max", "memory.swap.max"});
        }
    }
    ~MemoryCgroup() {
        if (made()) eventually("the cgroup is gone", [&] { return remove(); });
    }
    MemoryCgroup(const MemoryCgroup&) = delete;
    MemoryCgroup& operator=(const MemoryCgroup&) = delete;

    bool made() const { return !path_.empty(); }
    fs::path processes() const { return path_ / "cgroup.procs"; }

    static constexpr int limit_kib = 32 * 1024;

private:
    void make(const fs::path& parent, const Limits& files) {
        path_ = parent / fmt::format("freshet-test-{}", getpid());
        std::error_code failed;
        fs::create_directory(path_, failed);
        const auto set_limit = [&](const std::string& file) {
            std::fstream limit(path_ / file); // does not create it
            return static_cast<bool>(limit << 1024 * limit_kib << std::flush);
        };
        if (!failed && set_limit(files.memory)) {
            set_limit(files.swap);
            return;
        }
        remove();
        path_.clear();
    }
    bool remove() const {
        std::error_code failed;
        return fs::remove(path_, failed);
    }

    fs::path path_;
};

boost::test_tools::assertion_result a_memory_cgroup_can_be_made(boost::unit_test::test_unit_id) {
    boost::test_tools::assertion_result result(MemoryCgroup().made());
    result.message() << "nobody but root can make a memory cgroup, and only where the kernel offers them";
    return result;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(out_of_memory, WorkerFixture)

BOOST_AUTO_TEST_CASE(a_program_that_the_kernel_killed_for_want_of_memory_is_told_from_other_kills,
    *boost::unit_test::precondition(a_memory_cgroup_can_be_made)) {
    const MemoryCgroup cgroup;
    make_run("r1");
    const auto program = make_program("greedy", fmt::format("ulimit -v 1000000\n"
                                                            "echo $$ > {} || exit 1\n"
                                                            "echo last words\n"
                                                            "exec tail /dev/zero\n",
                                                    cgroup.processes().string()));
    const auto worker = start_worker({"--cligen", program.string()});
    const auto job = enqueue({"build_climate", "r1"});
    wait_for_status(job, "failed");

    const auto deaths = jobs::to_deaths(queue_db({"HGET", "rq:job:" + job, "freshet:deaths"}));
    BOOST_TEST_REQUIRE(deaths.size() == 1U);
    const auto& death = deaths[0];
    const std::string cause = "signal 9 (SIGKILL), the machine or its container being out of memory";
    BOOST_TEST(contains(death.cause, cause), death.cause);
    BOOST_TEST(death.peak_memory_kib > MemoryCgroup::limit_kib / 2);
    BOOST_TEST(death.peak_memory_kib < MemoryCgroup::limit_kib * 2);
    BOOST_TEST(death.log == std::vector<std::string>{"last words"}, boost::test_tools::per_element());
    BOOST_TEST(contains(error_of(job), cause), error_of(job));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
