#include "jobs/cli/cache_commands.hpp"

#include "jobs/cli/exit_code.hpp"
#include "prep/async/group.hpp"
#include "prep/store/controllers.hpp"
#include "rules/task_catalogue.hpp"

#include <fmt/ostream.h>

#include <ostream>

namespace freshet::jobs::cli {
namespace {

namespace fs = std::filesystem;
using boost::asio::awaitable;
using prep::Controllers;
using prep::redis::Connection;

using Work = std::function<awaitable<Result<>>(Controllers&, const prep::Run&)>;

awaitable<int> on_run(Connection& redis, fs::path run_dir, Work work) {
    const auto run = prep::Run::at(std::move(run_dir));
    if (!fs::is_directory(run.value().dir))
        throw Failure({Errc::not_found, fmt::format("there is no run directory {}", run->dir.string())});
    const auto& settings = redis.settings();
    const prep::redis::ConnectionOptions options{settings.databases.runs, "freshet-cache"};
    Connection runs(redis.executor(), settings, options);
    prep::CoroutineGroup connections(redis.executor());
    connections.spawn("runs connection", runs.run());
    prep::LockWakeups never_waits(redis.executor(), settings);
    prep::Locks locks(runs, never_waits);
    boost::asio::thread_pool files(1);
    Controllers controllers({.runs = runs, .locks = locks, .files = files});

    const auto done = co_await work(controllers, *run);
    runs.stop();
    co_await connections.join();
    if (!done) throw Failure(done.error());
    co_return ExitCode::success;
}

awaitable<Result<>> refresh(Controllers& controllers, prep::Run run, std::string name, std::ostream& out) {
    const auto refreshed = co_await controllers.refresh(run, name);
    if (refreshed) fmt::print(out, "{} refreshed\n", name);
    co_return refreshed;
}

} // namespace

awaitable<int> cache_get(Connection& redis, fs::path run_dir, std::string controller, std::ostream& out) {
    const Work print = [&](Controllers& controllers, const prep::Run& run) -> awaitable<Result<>> {
        const auto loaded = co_await controllers.load(run, controller);
        if (!loaded) co_return loaded.error();
        fmt::print(out, "{}\n", (*loaded)->document().text());
        co_return Result<>{};
    };
    co_return co_await on_run(redis, std::move(run_dir), print);
}

awaitable<int> cache_clear(
    Connection& redis, fs::path run_dir, std::optional<std::string> controller, std::ostream& out) {
    const Work clear = [&](Controllers& controllers, const prep::Run& run) -> awaitable<Result<>> {
        Result<> cleared;
        if (controller)
            cleared = co_await controllers.clear(run, *controller);
        else
            cleared = co_await controllers.clear_all(run);
        if (cleared) fmt::print(out, "{} cleared\n", controller.value_or("all controllers"));
        co_return cleared;
    };
    co_return co_await on_run(redis, std::move(run_dir), clear);
}

awaitable<int> cache_refresh(
    Connection& redis, fs::path run_dir, std::optional<std::string> controller, std::ostream& out) {
    const Work refresh_all = [&](Controllers& controllers, const prep::Run& run) -> awaitable<Result<>> {
        if (controller) co_return co_await refresh(controllers, run, *controller, out);
        const auto cleared = co_await controllers.clear_all(run);
        if (!cleared) co_return cleared.error();
        for (const auto name : rules::controllers()) {
            if (!fs::exists(run.controller(name))) continue;
            const auto refreshed = co_await refresh(controllers, run, std::string(name), out);
            if (!refreshed) co_return refreshed.error();
        }
        co_return Result<>{};
    };
    co_return co_await on_run(redis, std::move(run_dir), refresh_all);
}

} // namespace freshet::jobs::cli
