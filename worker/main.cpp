#include "prep/async/event.hpp"
#include "prep/async/group.hpp"
#include "prep/logging.hpp"
#include "worker/runtime/embedded_redis.hpp"
#include "worker/runtime/worker.hpp"
#include "worker/settings.hpp"
#include "worker/tasks/abstract_watershed.hpp"
#include "worker/tasks/build_channels.hpp"
#include "worker/tasks/build_climate.hpp"
#include "worker/tasks/diagnostic.hpp"
#include "worker/tasks/set_outlet.hpp"
#include "worker/wepp/tasks.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <system_error>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;

TaskTable all_tasks() {
    TaskTable tasks;
    add_diagnostic_tasks(tasks);
    add_build_climate(tasks);
    add_build_channels(tasks);
    add_set_outlet(tasks);
    add_abstract_watershed(tasks);
    add_wepp_tasks(tasks);
    return tasks;
}

// SIG_BLOCK or SIG_UNBLOCK. While this program starts itself anew nobody heeds a signal: it waits.
void hold_signals(int how) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(how, &set, nullptr);
}

// The first signal drains, the second stops.
asio::awaitable<void> heed(asio::signal_set& signals, Worker& worker, Worker::Ending& ending) {
    co_await signals.async_wait(asio::use_awaitable);
    worker.drain();
    ending = Worker::Ending::done;
    co_await signals.async_wait(asio::use_awaitable);
    worker.stop_now();
}

asio::awaitable<Worker::Ending> run(asio::signal_set& signals, Worker& worker) {
    prep::CoroutineGroup heeding(co_await asio::this_coro::executor);
    auto asked_for = Worker::Ending::outgrown;
    heeding.spawn("signals", heed(signals, worker, asked_for));
    const auto ending = co_await worker.run();
    if (ending == Worker::Ending::outgrown) hold_signals(SIG_BLOCK);
    co_await prep::pause(std::chrono::milliseconds(0)); // a signal that has come already is heeded
    heeding.cancel();
    co_await heeding.join();
    co_return asked_for == Worker::Ending::done ? asked_for : ending;
}

// A name that a setting maps to nothing would show only when a job comes.
TaskTable tasks_for(const Settings& settings) {
    TaskTable tasks = all_tasks();
    for (const FunctionMap* map : {&settings.functions, &settings.callbacks.tasks})
        for (const auto& [function, task] : *map)
            if (const auto known = tasks.find({.function = task}); !known)
                throw Failure({Errc::bad_input, "--function, --callbacks: " + known.error().message});
    for (const auto& [name, time] : settings.pace) {
        const jobs::Call call{.function = name};
        if (const auto known = tasks.find(call); !known)
            throw Failure({Errc::bad_input, "--pace: " + known.error().message});
        if (call.task() != name)
            throw Failure({Errc::bad_input,
                fmt::format("--pace: expected the task's name '{}', found '{}'", call.task(), name)});
    }
    return tasks;
}

Worker::Ending run_worker(Settings settings) {
    TaskTable tasks = tasks_for(settings);
    asio::io_context context(1);
    asio::signal_set signals(context, SIGTERM, SIGINT);
    hold_signals(SIG_UNBLOCK);
    std::optional<EmbeddedRedis> embedded;
    if (!settings.embedded.empty()) {
        auto started = EmbeddedRedis::start(settings.embedded);
        if (!started) throw Failure(started.error());
        embedded.emplace(std::move(*started));
        embedded->apply_to(settings.redis);
    }
    Worker worker(context.get_executor(), std::move(settings), std::move(tasks));
    std::exception_ptr failure;
    auto ending = Worker::Ending::done;
    asio::co_spawn(context, run(signals, worker), [&](std::exception_ptr thrown, Worker::Ending how) {
        failure = thrown;
        ending = how;
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return ending;
}

int main(const std::vector<std::string>& arguments, char** words) {
    prep::SettingsReader reader("freshet-worker [options]: pulls jobs from Redis lists and runs them");
    add_options(reader);
    if (auto read = reader.read(arguments, prep::process_environment()); !read) throw Failure(read.error());
    if (reader.wants_help()) {
        std::cout << reader.help();
        return EXIT_SUCCESS;
    }
    if (reader.wants_version()) {
        std::cout << "freshet-worker " FRESHET_VERSION "\n";
        return EXIT_SUCCESS;
    }
    log_to_stderr(severity_from(reader.log_level()).value_or(Severity::info));
    auto settings = to_settings(reader);
    if (!settings) throw Failure(settings.error());
    if (run_worker(std::move(*settings)) == Worker::Ending::done) return EXIT_SUCCESS;
    // The same process with the same arguments and environment, but clean memory.
    ::execv("/proc/self/exe", words);
    throw std::system_error(errno, std::generic_category(), "cannot start itself anew");
}

} // namespace
} // namespace freshet::worker

int main(int count, char** words) try {
    return freshet::worker::main(std::vector<std::string>(words + 1, words + count), words);
} catch (const freshet::Failure& failure) {
    std::cerr << "freshet-worker: " << failure.what() << '\n';
    return failure.error().code == freshet::Errc::bad_input ? 2 : 1;
} catch (const std::exception& failure) {
    std::cerr << "freshet-worker: " << failure.what() << '\n';
    return 1;
}
