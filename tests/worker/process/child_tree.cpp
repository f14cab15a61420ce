// No descendant survives: not the end of its program, not a cancellation, not the death of the worker.
#include "tests/worker/process/child_support.hpp"
#include "worker/process/child.hpp"

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <optional>

namespace freshet::worker::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Ending = ChildOutcome::Ending;

constexpr std::size_t family_size = 3;

bool all_gone(const std::vector<pid_t>& pids) {
    return std::none_of(pids.begin(), pids.end(), is_alive);
}

/// Starts `spec`, cancels it once `ready` holds, and gives what run_child returned.
Result<ChildOutcome> run_and_cancel(
    ChildSpec spec, asio::cancellation_type type, const std::function<bool()>& ready) {
    asio::io_context context;
    asio::cancellation_signal cancel;
    std::optional<Result<ChildOutcome>> result;
    const auto body = [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        result = co_await run_child(std::move(spec));
    };
    asio::co_spawn(context, body(), asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    const bool was_ready = comes_true([&] {
        context.poll();
        return ready();
    });
    BOOST_TEST(was_ready);
    cancel.emit(type);
    context.run();
    BOOST_REQUIRE(result.has_value());
    return *result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(child_tree)

BOOST_AUTO_TEST_CASE(what_a_program_leaves_behind_is_gone_when_it_has_ended) {
    const Folder folder;
    const auto outcome = run(badly_behaved(folder, {"leave-family", (folder / "pids").string()})).value();
    BOOST_TEST(outcome.succeeded(), outcome.describe());
    const auto pids = pids_in(folder / "pids");
    BOOST_TEST(pids.size() == family_size);
    BOOST_TEST(all_gone(pids));
}

BOOST_AUTO_TEST_CASE(a_time_limit_ends_the_whole_family) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"leave-family", (folder / "pids").string(), "and hang"});
    spec.limits.wall_time = 1000ms;
    const auto outcome = run(std::move(spec)).value();
    BOOST_TEST((outcome.ending == Ending::timed_out));
    BOOST_TEST(all_gone(pids_in(folder / "pids")));
}

BOOST_AUTO_TEST_CASE(cancellation_ends_the_whole_family_before_it_is_reported) {
    for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
             asio::cancellation_type::total}) {
        const Folder folder;
        const auto pids = [&] {
            return pids_in(folder / "pids");
        };
        const auto outcome = run_and_cancel(
            badly_behaved(folder, {"leave-family", (folder / "pids").string(), "and hang"}), type, [&] {
                return pids().size() == family_size + 1;
            }).value();
        BOOST_TEST((outcome.ending == Ending::canceled));
        BOOST_TEST(outcome.signal == SIGTERM);
        BOOST_TEST(outcome.describe().starts_with("badly_behaved was canceled after "));
        BOOST_TEST(all_gone(pids()));
    }
}

BOOST_AUTO_TEST_CASE(a_canceled_program_that_is_deaf_to_term_is_killed) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"hang-deaf-to-term", (folder / "pids").string()});
    spec.grace = 50ms;
    const auto pids = [&] {
        return pids_in(folder / "pids");
    };
    const auto outcome = run_and_cancel(std::move(spec), asio::cancellation_type::terminal, [&] {
        return pids().size() == 1;
    }).value();
    BOOST_TEST((outcome.ending == Ending::canceled));
    BOOST_TEST(outcome.ignored_term);
    BOOST_TEST(all_gone(pids()));
}

BOOST_AUTO_TEST_CASE(a_loop_that_is_thrown_away_takes_the_whole_family_along) {
    const Folder folder;
    const auto pids = [&] {
        return pids_in(folder / "pids");
    };
    {
        asio::io_context context;
        auto spec = badly_behaved(folder, {"leave-family", (folder / "pids").string(), "and hang"});
        asio::co_spawn(context, run_child(std::move(spec)), asio::detached);
        BOOST_TEST(comes_true([&] {
            context.poll();
            return pids().size() == family_size + 1;
        }));
    }
    BOOST_TEST(comes_true([&] { return all_gone(pids()); }));
}

BOOST_AUTO_TEST_CASE(a_killed_worker_takes_the_whole_family_along) {
    const Folder folder;
    const auto pids = [&] {
        return pids_in(folder / "pids");
    };
    const std::string here = folder.path().string();
    const std::string pid_file = (folder / "pids").string();
    std::vector<std::string> words{FRESHET_BIN_DIR "/doomed_worker", here, FRESHET_BIN_DIR "/badly_behaved",
        "leave-family", pid_file, "and hang"};
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t worker = -1;
    BOOST_REQUIRE(::posix_spawn(&worker, argv[0], nullptr, nullptr, argv.data(), environ) == 0);
    BOOST_TEST(comes_true([&] { return pids().size() == family_size + 1; }));
    BOOST_TEST(!all_gone(pids()));

    ::kill(worker, SIGKILL);
    ::waitpid(worker, nullptr, 0);
    BOOST_TEST(comes_true([&] { return all_gone(pids()); }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::test
