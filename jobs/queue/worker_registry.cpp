#include "jobs/queue/worker_registry.hpp"

#include "jobs/queue/scripts.hpp"
#include "jobs/queue/time_text.hpp"

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

using boost::asio::awaitable;
using Arguments = std::vector<std::string>;

constexpr int idle_ttl = 480;
constexpr int busy_ttl = 90;

void append(Arguments& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

void append_counted(Arguments& to, const std::vector<std::string>& more) {
    to.push_back(std::to_string(more.size()));
    append(to, more);
}

std::string_view to_word(WorkerReport::State state) {
    if (state == WorkerReport::State::idle) return "idle";
    return state == WorkerReport::State::busy ? "busy" : "suspended";
}

std::string in_seconds(std::chrono::milliseconds time) {
    return fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
}

void append_report(Arguments& to, const WorkerReport& report) {
    const int ttl = report.state == WorkerReport::State::busy ? busy_ttl : idle_ttl;
    append(to, {report.name, std::string(to_word(report.state)), report.job_id, in_seconds(report.working),
                   std::to_string(ttl), std::to_string(report.finished), std::to_string(report.failed),
                   in_seconds(report.worked)});
}

} // namespace

WorkerRegistry::WorkerRegistry(prep::redis::Connection& redis, WorkerProcess process)
    : redis_(redis), process_(std::move(process)) {}

awaitable<Result<>> WorkerRegistry::register_all() {
    return register_these(process_.names);
}

awaitable<Result<>> WorkerRegistry::register_these(std::vector<std::string> names) {
    Arguments arguments{to_rq_text(now()), std::to_string(idle_ttl)};
    append_counted(arguments, process_.queues);
    append_counted(
        arguments, {"pid", std::to_string(process_.pid), "hostname", process_.hostname, "ip_address",
                       process_.ip_address, "version", process_.version, "python_version", ""});
    append(arguments, names);
    const auto reply = co_await redis_.run_script(scripts::register_workers(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    if (reply->text().empty()) co_return Result<>();
    co_return Error{Errc::conflict, fmt::format("a worker named '{}' is alive already", reply->text())};
}

awaitable<Result<Order>> WorkerRegistry::report(std::vector<WorkerReport> reports) {
    Arguments arguments{to_rq_text(now())};
    for (const WorkerReport& report : reports)
        append_report(arguments, report);
    const auto reply = co_await redis_.run_script(scripts::beat_workers(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    auto order = Order::work_on;
    std::vector<WorkerReport> expired;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        if ((*reply)[i].text() == "drain") order = Order::drain;
        if ((*reply)[i].text() != "expired") continue;
        names.push_back(reports[i].name);
        expired.push_back(std::move(reports[i]));
    }
    if (expired.empty()) co_return order;

    const auto registered = co_await register_these(std::move(names));
    if (!registered) co_return registered.error();
    const auto again = co_await report(std::move(expired));
    if (!again) co_return again.error();
    co_return order;
}

awaitable<Result<>> WorkerRegistry::unregister_all() {
    Arguments arguments{to_rq_text(now())};
    append_counted(arguments, process_.queues);
    append(arguments, process_.names);
    const auto reply = co_await redis_.run_script(scripts::unregister_workers(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Result<>();
}

} // namespace freshet::jobs
