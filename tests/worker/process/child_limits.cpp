// What a child may not use up, and what it cannot make the worker use up.
#include "tests/worker/process/child_support.hpp"
#include "worker/process/child.hpp"
#include "worker/process/oom.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>

namespace freshet::worker::test {
namespace {

using namespace std::chrono_literals;
using Ending = ChildOutcome::Ending;

} // namespace

BOOST_AUTO_TEST_SUITE(child_limits)

BOOST_AUTO_TEST_CASE(kills_for_want_of_memory_are_read_off_the_kernels_counters) {
    const Folder folder;
    const auto vmstat = folder.path() / "vmstat";
    std::ofstream(vmstat) << "nr_free_pages 17\noom_kill_other 4\noom_kill 3\nswap_ra 0\n";
    BOOST_TEST(oom_kills(vmstat) == 3U);
    BOOST_TEST(oom_kills(folder.path() / "absent") == 0U);

    ChildOutcome outcome;
    outcome.program = "wepp";
    outcome.ending = Ending::signaled;
    outcome.signal = SIGKILL;
    BOOST_TEST(outcome.describe().find("memory,") == std::string::npos);
    outcome.out_of_memory = true;
    BOOST_TEST(outcome.describe().starts_with(
        "wepp was ended by signal 9 (SIGKILL), the machine or its container being out of memory, after"));
}

BOOST_AUTO_TEST_CASE(a_program_that_hangs_is_ended_at_its_time_limit) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"hang-until-term", (folder / "pids").string()});
    spec.limits.wall_time = 200ms;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST((outcome.ending == Ending::timed_out));
    BOOST_TEST(outcome.signal == SIGTERM);
    BOOST_TEST(!outcome.ignored_term);
    BOOST_TEST((outcome.wall_time >= 200ms));
    BOOST_TEST(
        outcome.describe().starts_with("badly_behaved was ended after its time limit of 0.20 s (CPU "));
}

BOOST_AUTO_TEST_CASE(a_program_that_is_deaf_to_term_is_killed_after_the_grace) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"hang-deaf-to-term", (folder / "pids").string()});
    spec.limits.wall_time = 1000ms;
    spec.grace = 100ms;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST((outcome.ending == Ending::timed_out));
    BOOST_TEST(outcome.signal == SIGKILL);
    BOOST_TEST(outcome.ignored_term);
    BOOST_TEST((outcome.wall_time >= 1100ms));
    BOOST_TEST(outcome.describe().find("and had to be killed") != std::string::npos);
    for (const pid_t pid : pids_in(folder / "pids"))
        BOOST_TEST(!is_alive(pid));
}

BOOST_AUTO_TEST_CASE(a_stopped_program_hears_term) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"die-by", std::to_string(SIGSTOP)});
    spec.limits.wall_time = 200ms;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST((outcome.ending == Ending::timed_out));
    BOOST_TEST(outcome.signal == SIGTERM);
}

BOOST_AUTO_TEST_CASE(memory_beyond_the_limit_is_refused) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"allocate", "500000000"});
    spec.limits.address_space_bytes = 200'000'000;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST(!outcome.succeeded(), outcome.describe());
    BOOST_TEST(outcome.peak_memory_kib < 200'000U);
}

BOOST_AUTO_TEST_CASE(cpu_beyond_the_limit_ends_the_program) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"burn-cpu"});
    spec.limits.cpu_time = 1s;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST((outcome.ending == Ending::signaled));
    BOOST_TEST(outcome.signal == SIGXCPU);
    BOOST_TEST((outcome.cpu_time >= 500ms)); // the kernel counts whole ticks towards the limit
}

BOOST_AUTO_TEST_CASE(a_file_beyond_the_limit_ends_the_program_but_its_log_may_be_longer) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"write-file", "output.txt", "1000000"});
    spec.limits.file_bytes = 100'000;
    const auto outcome = run(spec).value();
    BOOST_TEST(outcome.signal == SIGXFSZ);
    BOOST_TEST(std::filesystem::file_size(folder / "output.txt") <= 100'000U);

    spec.arguments = {"flood", "300000"};
    BOOST_TEST(run(spec).value().succeeded());
    BOOST_TEST(std::filesystem::file_size(folder / "log.txt") > 200'000U);
}

BOOST_AUTO_TEST_CASE(a_flood_of_output_fills_neither_disk_nor_memory) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"flood", "300000000"});
    spec.limits.log_bytes = 1'000'000;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST(outcome.succeeded());
    BOOST_TEST(outcome.log_bytes_written == 1'000'000U);
    BOOST_TEST(outcome.log_bytes_dropped > 298'000'000U);
    BOOST_TEST(outcome.last_lines.size() == 40U);
    BOOST_TEST(outcome.last_lines.back() == "the last line");

    const std::string log = text_of(folder / "log.txt");
    const std::string notice = "\n[freshet: " + std::to_string(outcome.log_bytes_dropped) +
                               " bytes of output dropped after the first 1000000]\n";
    BOOST_TEST(log.size() == 1'000'000 + notice.size());
    BOOST_TEST(log.ends_with(notice));
    BOOST_TEST(log.starts_with("day 1 precipitation"));
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_cut) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"one-endless-line", "50000000"});
    spec.limits.log_bytes = 1000;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST(outcome.succeeded());
    BOOST_REQUIRE(outcome.last_lines.size() == 1U);
    BOOST_TEST(outcome.last_lines[0] == std::string(400, 'x'));
}

BOOST_AUTO_TEST_CASE(a_log_that_cannot_be_written_does_not_stop_the_program) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"flood", "300000"});
    spec.log_file = "/dev/full";
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST(outcome.succeeded());
    BOOST_TEST(outcome.log_error == "cannot write the log file /dev/full: No space left on device");
    BOOST_TEST(outcome.log_bytes_written == 0U);
    BOOST_TEST(outcome.last_lines.back() == "the last line");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::test
