// What starting a model program costs: run_child() beside bare posix_spawn and waitpid of the same program.
// One line a figure; never fails by time.
//
//   load_child [STARTS]   default 300
//
// The two take turns, a start each, so that both meet the same machine. `in-flight` lines keep that many
// children going at a time, as a worker with that many slots does.

#include "worker/process/child.hpp"

#include "prep/async/group.hpp"
#include "tests/support/process.hpp"
#include "tests/support/run_coroutine.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr const char* program = "/bin/true";

void spawn_bare() {
    char* arguments[] = {const_cast<char*>(program), nullptr};
    char* environment[] = {nullptr};
    pid_t pid = 0;
    if (posix_spawn(&pid, program, nullptr, nullptr, arguments, environment) != 0)
        throw std::runtime_error("posix_spawn failed");
    waitpid(pid, nullptr, 0);
}

asio::awaitable<void> run_ours(const std::filesystem::path& folder, int slot) {
    ChildSpec spec;
    spec.program = program;
    spec.working_directory = folder;
    spec.log_file = folder / fmt::format("log-{}", slot);
    spec.supervisor = std::filesystem::path(FRESHET_BIN_DIR) / "freshet-supervise";
    (co_await run_child(std::move(spec))).value();
}

class Times {
public:
    explicit Times(std::string name) : name_(std::move(name)) {}
    void add(Clock::duration time) { times_.push_back(Milliseconds(time).count()); }
    double median() {
        const auto middle = times_.begin() + static_cast<std::ptrdiff_t>(times_.size() / 2);
        std::nth_element(times_.begin(), middle, times_.end());
        return *middle;
    }
    void print() {
        const double mid = median();
        fmt::print("child {} starts={} median_ms={:.3f} best_ms={:.3f}\n", name_, times_.size(), mid,
            *std::min_element(times_.begin(), times_.end()));
    }

private:
    std::string name_;
    std::vector<double> times_;
};

asio::awaitable<void> one_after_the_other(const std::filesystem::path& folder, int starts) {
    Times bare("posix_spawn"), ours("run_child");
    for (int i = 0; i < starts; ++i) {
        auto start = Clock::now();
        spawn_bare();
        bare.add(Clock::now() - start);
        start = Clock::now();
        co_await run_ours(folder, 0);
        ours.add(Clock::now() - start);
    }
    bare.print();
    ours.print();
    fmt::print("child overhead_ms={:.3f}\n", ours.median() - bare.median());
}

asio::awaitable<void> in_flight(const std::filesystem::path& folder, int slots, int starts) {
    prep::CoroutineGroup group(co_await asio::this_coro::executor);
    const auto keep_going = [&](int slot) -> asio::awaitable<void> {
        for (int i = 0; i < starts / slots; ++i)
            co_await run_ours(folder, slot);
    };
    const auto start = Clock::now();
    for (int slot = 0; slot < slots; ++slot)
        group.spawn("slot", keep_going(slot));
    co_await group.join();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    fmt::print("child in-flight={} starts_per_second={:.0f}\n", slots, starts / slots * slots / seconds);
}

asio::awaitable<void> measure(const std::filesystem::path& folder, int starts) {
    co_await one_after_the_other(folder, starts);
    for (const int slots : {2, 8})
        co_await in_flight(folder, slots, starts);
}

} // namespace
} // namespace freshet::worker

int main(int count, char** words) try {
    const freshet::tests::TemporaryFolder folder;
    boost::asio::io_context context(1);
    const int starts = count > 1 ? std::atoi(words[1]) : 300;
    freshet::tests::run_coroutine(
        context, freshet::worker::measure(folder.path(), starts), std::chrono::minutes(10));
    return 0;
} catch (const std::exception& failure) {
    fmt::print(stderr, "load_child: {}\n", failure.what());
    return 1;
}
