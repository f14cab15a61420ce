#include "worker/runtime/registration.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <unistd.h>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;
using jobs::WorkerReport;

const Logger logger("registration");

constexpr std::chrono::seconds between_reports{5};

jobs::WorkerProcess this_process(const Executor& executor, std::vector<std::string> queues) {
    jobs::WorkerProcess process;
    process.names = executor.slots();
    process.queues = std::move(queues);
    process.pid = ::getpid();
    process.hostname = boost::asio::ip::host_name();
    process.version = FRESHET_VERSION;
    return process;
}

void warn(const Error& error) {
    logger.warning("the workers are not shown to RQ's tools: " + error.message);
}

} // namespace

Registration::Registration(prep::redis::Connection& queue_db, Executor& executor,
    std::vector<std::string> queues, std::function<void()> drain)
    : executor_(executor),
      registry_(queue_db, this_process(executor, std::move(queues))),
      drain_(std::move(drain)) {}

awaitable<void> Registration::run() {
    while (true) {
        co_await report();
        co_await prep::pause(between_reports);
    }
}

awaitable<void> Registration::report() {
    if (!registered_) {
        const auto registered = co_await registry_.register_all();
        if (!registered) co_return warn(registered.error());
        registered_ = true;
    }
    auto reports = executor_.take_reports();
    const auto order = co_await registry_.report(std::move(reports));
    if (!order) co_return warn(order.error());
    if (*order == jobs::Order::drain) drain_();
}

awaitable<void> Registration::leave() {
    if (!registered_) co_return;
    auto reports = executor_.take_reports();
    const auto last = co_await registry_.report(std::move(reports));
    const auto left = co_await registry_.unregister_all();
    if (!last || !left) logger.warning("the workers' entries stay until they expire");
}

} // namespace freshet::worker
