#include "worker/runtime/middleware.hpp"

#include "prep/async/event.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace freshet::worker {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using Clock = std::chrono::steady_clock;

const Logger logger("trace");

std::chrono::milliseconds since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

awaitable<json::value> run_from(
    const std::vector<Middleware>& chain, std::size_t at, TaskContext& context, const TaskFunction& task) {
    if (at == chain.size()) return task(context);
    Next next = [&chain, at, &context, &task] {
        return run_from(chain, at + 1, context, task);
    };
    return chain[at](context, std::move(next));
}

awaitable<json::value> trace_span(TaskContext& context, Next next) {
    if (!context.trace()) co_return co_await next();
    const auto start = Clock::now();
    const auto tell = [&](std::string_view how) {
        logger.info(
            fmt::format("span {} {} after {} ms", context.trace()->span_id, how, since(start).count()),
            context.log_context());
    };
    try {
        auto value = co_await next();
        tell("finished");
        co_return value;
    } catch (...) {
        tell("failed");
        throw;
    }
}

awaitable<json::value> wait_for_turn(TaskContext& context, Next next, std::string task,
    std::chrono::milliseconds interval, std::shared_ptr<Clock::time_point> free_from) {
    if (context.task() == task) {
        const auto turn = std::max(*free_from, Clock::now());
        *free_from = turn + interval;
        co_await prep::pause(std::chrono::ceil<std::chrono::milliseconds>(turn - Clock::now()));
    }
    co_return co_await next();
}

} // namespace

awaitable<json::value> run_within(
    const std::vector<Middleware>& chain, TaskContext& context, const TaskFunction& task) {
    return run_from(chain, 0, context, task);
}

Middleware tracing() {
    return trace_span;
}

Middleware TaskMetrics::counting() {
    return [this](TaskContext& context, Next next) {
        return count(context, std::move(next));
    };
}

awaitable<json::value> TaskMetrics::count(TaskContext& context, Next next) {
    const auto start = Clock::now();
    Counts& counts = counts_[std::string(context.task())];
    try {
        auto value = co_await next();
        ++counts.finished;
        counts.worked += since(start);
        co_return value;
    } catch (...) {
        ++counts.failed;
        counts.worked += since(start);
        throw;
    }
}

Middleware at_most_every(std::string task, std::chrono::milliseconds interval) {
    return [task = std::move(task), interval, free_from = std::make_shared<Clock::time_point>()](
               TaskContext& context, Next next) {
        return wait_for_turn(context, std::move(next), task, interval, free_from);
    };
}

} // namespace freshet::worker
