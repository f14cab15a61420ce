// freshet-worker with tasks for the benchmark: load_worker [options of freshet-worker]
//   noop            returns its arguments
//   stamp           pushes its start (unix time in microseconds) on the list `load:started`
//   build_climate   does nothing, but is recorded in its run as the real task is

#include "prep/logging.hpp"
#include "worker/runtime/worker.hpp"
#include "worker/tasks/diagnostic.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;

asio::awaitable<boost::json::value> stamp(TaskContext& context) {
    const auto started = jobs::now().time_since_epoch().count();
    prep::redis::Command push("RPUSH", "load:started", started);
    (void)co_await context.services().queue_db.call(std::move(push));
    co_return nullptr;
}

asio::awaitable<boost::json::value> do_nothing(TaskContext&) {
    co_return nullptr;
}

TaskTable tasks() {
    TaskTable tasks;
    add_diagnostic_tasks(tasks);
    tasks.add("stamp", {TaskDefinition::Scope::free, stamp});
    tasks.add("build_climate", {TaskDefinition::Scope::on_run, do_nothing});
    return tasks;
}

int run(const std::vector<std::string>& arguments) {
    prep::SettingsReader reader("load_worker [options]: a worker for the benchmark");
    add_options(reader);
    reader.read(arguments, {}).value();
    log_to_stderr(Severity::warning);
    asio::io_context context(1);
    Worker worker(context.get_executor(), to_settings(reader).value(), tasks());
    asio::signal_set signals(context, SIGTERM);
    signals.async_wait([&](boost::system::error_code error, int) {
        if (!error) worker.drain();
    });
    asio::co_spawn(context, worker.run(), [&](std::exception_ptr, Worker::Ending) { signals.cancel(); });
    context.run();
    return EXIT_SUCCESS;
}

} // namespace
} // namespace freshet::worker

int main(int count, char** words) try {
    return freshet::worker::run(std::vector<std::string>(words + 1, words + count));
} catch (const std::exception& failure) {
    std::cerr << "load_worker: " << failure.what() << '\n';
    return EXIT_FAILURE;
}
