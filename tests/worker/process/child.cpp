#include "worker/process/child.hpp"

#include "tests/worker/process/child_support.hpp"

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace freshet::worker::test {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Ending = ChildOutcome::Ending;

std::vector<std::string> lines_of(const Result<ChildOutcome>& outcome) {
    return outcome.value().last_lines;
}

bool contains(const std::vector<std::string>& lines, const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

std::ptrdiff_t open_descriptors() {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

} // namespace

BOOST_AUTO_TEST_SUITE(child)

BOOST_AUTO_TEST_CASE(a_program_that_ends_well_is_reported_with_its_use_of_time_and_memory) {
    const Folder folder;
    const auto outcome = run(badly_behaved(folder, {"allocate", "50000000"})).value();
    BOOST_TEST(outcome.succeeded());
    BOOST_TEST(outcome.peak_memory_kib > 45'000U);
    BOOST_TEST(outcome.peak_memory_kib < 150'000U);
    BOOST_TEST(outcome.wall_time.count() > 0);
    BOOST_TEST(outcome.cpu_time.count() > 0);
    BOOST_TEST(outcome.describe().starts_with("badly_behaved exited with code 0 after "));
}

BOOST_AUTO_TEST_CASE(exit_codes_and_signals_come_through) {
    struct Case {
        std::vector<std::string> arguments;
        Ending ending;
        int exit_code;
        int signal;
        std::string sentence;
    };
    const Case cases[] = {
        {{"exit", "0"}, Ending::exited, 0, 0, "badly_behaved exited with code 0 "},
        {{"success-text-then-exit-2"}, Ending::exited, 2, 0, "badly_behaved exited with code 2 "},
        {{"exit", "255"}, Ending::exited, 255, 0, "badly_behaved exited with code 255 "},
        {{"die-by", "6"}, Ending::signaled, 0, SIGABRT, "badly_behaved was ended by signal 6 (SIGABRT) "},
        {{"die-by", "9"}, Ending::signaled, 0, SIGKILL, "badly_behaved was ended by signal 9 (SIGKILL) "},
        {{"die-by", "11"}, Ending::signaled, 0, SIGSEGV, "badly_behaved was ended by signal 11 (SIGSEGV) "},
    };
    for (const Case& expected : cases) {
        const Folder folder;
        const auto outcome = run(badly_behaved(folder, expected.arguments)).value();
        BOOST_TEST_CONTEXT(outcome.describe()) {
            BOOST_TEST((outcome.ending == expected.ending));
            BOOST_TEST(outcome.exit_code == expected.exit_code);
            BOOST_TEST(outcome.signal == expected.signal);
            BOOST_TEST(outcome.describe().starts_with(expected.sentence));
        }
    }
}

BOOST_AUTO_TEST_CASE(output_goes_to_the_log_and_its_last_lines_to_the_outcome) {
    const Folder folder;
    const auto outcome = run(badly_behaved(folder, {"print", "one", "", "two\x01\xff", "three"})).value();
    BOOST_TEST(text_of(folder / "log.txt") == "one\n\ntwo\x01\xff\nthree\n");
    BOOST_TEST(outcome.last_lines == (std::vector<std::string>{"one", "two??", "three"}),
        boost::test_tools::per_element());
    BOOST_TEST(outcome.log_bytes_written == 17U);
    BOOST_TEST(outcome.log_bytes_dropped == 0U);
}

BOOST_AUTO_TEST_CASE(both_streams_share_a_log_or_have_one_each) {
    const Folder folder;
    auto together = badly_behaved(folder, {"print-on-both"});
    auto apart = together;
    BOOST_TEST(run(together).value().last_lines.size() == 2U);
    BOOST_TEST(text_of(folder / "log.txt") == "to standard output\nto standard error\n");

    apart.error_log_file = folder / "errors.txt";
    const auto lines = lines_of(run(apart));
    BOOST_TEST(text_of(folder / "log.txt") == "to standard output\n");
    BOOST_TEST(text_of(folder / "errors.txt") == "to standard error\n");
    BOOST_TEST(contains(lines, "to standard output"));
    BOOST_TEST(contains(lines, "to standard error"));
}

BOOST_AUTO_TEST_CASE(standard_input_is_at_its_end_unless_a_file_is_given) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"ask"});
    const auto unanswered = run(spec).value();
    BOOST_TEST(unanswered.exit_code == 3);
    BOOST_TEST(unanswered.last_lines.back() == "end of input");

    write(folder / "answers.txt", "yes\n");
    spec.standard_input = folder / "answers.txt";
    BOOST_TEST(lines_of(run(spec)).back() == "answer: yes");
}

BOOST_AUTO_TEST_CASE(the_environment_is_small_fixed_and_never_the_workers) {
    const Folder folder;
    ::setenv("FRESHET_SECRET", "of the worker", 1);
    auto spec = badly_behaved(folder, {"show-environment"});
    spec.environment = {{"OMP_NUM_THREADS", "1"}, {"TZ", "America/Boise"}};
    auto lines = lines_of(run(spec));
    std::sort(lines.begin(), lines.end());
    const std::vector<std::string> expected{"HOME=" + folder.path().string(), "LANG=C", "OMP_NUM_THREADS=1",
        "PATH=/usr/local/bin:/usr/bin:/bin", "TZ=America/Boise"};
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_inherits_no_descriptor_and_no_signal_setting) {
    const Folder folder;
    const int leaked = ::open("/dev/null", O_RDONLY); // no O_CLOEXEC, as a careless library would
    const auto old_handler = std::signal(SIGUSR1, SIG_IGN);
    sigset_t usr2;
    sigemptyset(&usr2);
    sigaddset(&usr2, SIGUSR2);
    ::pthread_sigmask(SIG_BLOCK, &usr2, nullptr);
    const auto descriptors = lines_of(run(badly_behaved(folder, {"show-descriptors"})));
    const auto signals = lines_of(run(badly_behaved(folder, {"show-signals"})));
    ::pthread_sigmask(SIG_UNBLOCK, &usr2, nullptr);
    std::signal(SIGUSR1, old_handler);
    ::close(leaked);
    BOOST_TEST(descriptors == (std::vector<std::string>{"open 0", "open 1", "open 2"}),
        boost::test_tools::per_element());
    BOOST_TEST(signals == std::vector<std::string>{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_works_in_its_folder_and_leads_its_own_group) {
    const Folder folder;
    const auto lines = lines_of(run(badly_behaved(folder, {"show-place"})));
    BOOST_TEST(contains(lines, "folder " + fs::canonical(folder.path()).string()));
    BOOST_TEST(contains(lines, "leads its group 1"));
}

BOOST_AUTO_TEST_CASE(lines_are_passed_on_as_they_come_at_a_bounded_rate) {
    const Folder folder;
    std::vector<std::string> seen;
    auto spec = badly_behaved(folder, {"print", "a", "b", "c", "d", "e"});
    spec.lines_per_second = 3;
    spec.on_line = [&](std::string_view line) {
        seen.emplace_back(line);
    };
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST(seen == (std::vector<std::string>{"a", "b", "c"}), boost::test_tools::per_element());
    BOOST_TEST(outcome.lines_not_passed == 2U);
}

BOOST_AUTO_TEST_CASE(an_exception_of_on_line_ends_the_child_and_comes_out) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"-c", "echo $$ > pids; echo hello; sleep 1000"});
    spec.program = "/bin/sh";
    spec.on_line = [](std::string_view) {
        throw std::runtime_error("a bug");
    };
    BOOST_CHECK_THROW(run(std::move(spec)), std::runtime_error);
    BOOST_TEST(!is_alive(pids_in(folder / "pids").at(0)));
}

BOOST_AUTO_TEST_CASE(two_hundred_children_run_at_once_on_several_threads_and_leak_no_descriptor) {
    constexpr int children = 200;
    const Folder folder;
    const auto before = open_descriptors();
    std::atomic<int> succeeded = 0;
    {
        asio::thread_pool pool(4);
        for (int i = 0; i < children; ++i) {
            auto spec = badly_behaved(folder, {"print", "child " + std::to_string(i)});
            spec.log_file = folder / (std::to_string(i) + ".log");
            asio::co_spawn(
                pool, run_child(std::move(spec)), [&, i](std::exception_ptr, Result<ChildOutcome> outcome) {
                    const bool whole =
                        outcome && outcome->succeeded() &&
                        outcome->last_lines == std::vector<std::string>{"child " + std::to_string(i)};
                    succeeded += whole ? 1 : 0;
                });
        }
        pool.join();
    }
    BOOST_TEST(succeeded == children);
    BOOST_TEST(open_descriptors() == before);
    BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1); // nor a dead process
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::test
