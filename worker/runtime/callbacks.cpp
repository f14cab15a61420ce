#include "worker/runtime/callbacks.hpp"

#include "jobs/client/producer.hpp"
#include "prep/async/event.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;
using Outcome = jobs::Completion::Outcome;

const Logger logger("callbacks");

const std::string& callback_of(const jobs::PythonCallbacks& callbacks, Outcome outcome) {
    if (outcome == Outcome::finished) return callbacks.success;
    return outcome == Outcome::failed ? callbacks.failure : callbacks.stopped;
}

jobs::NewJob job_after(const Execution& execution, Outcome outcome, const std::string& task) {
    const jobs::Lease& lease = execution.lease();
    jobs::NewJob job;
    job.call.function = "freshet." + task;
    job.call.args = execution.call().args;
    job.call.serializer = execution.call().serializer;
    job.queue = lease.queue;
    job.id = fmt::format("{}-callback", lease.execution);
    job.meta["callback_of"] = lease.job_id;
    job.depends_on = {lease.job_id};
    if (outcome != Outcome::finished) job.on_failed_dependency = jobs::NewJob::OnFailure::run;
    return job;
}

// A worker that shuts down does not wait for a Redis that is away: the job will run again.
bool is_worth_waiting(const Execution& execution, const Error& error) {
    const auto reason = execution.stop_reason();
    return reason != StopReason::shutdown && reason != StopReason::lease_lost &&
           (error.code == Errc::unavailable || error.code == Errc::unknown_fate);
}

} // namespace

Result<> check_callbacks(const jobs::PythonCallbacks& callbacks, const CallbackSettings& settings) {
    if (settings.unmapped == CallbackSettings::Unmapped::ignore) return {};
    std::vector<std::string_view> unknown;
    for (const std::string* callback : {&callbacks.success, &callbacks.failure, &callbacks.stopped})
        if (!callback->empty() && !task_for(settings.tasks, *callback)) unknown.push_back(*callback);
    if (unknown.empty()) return {};
    return Error{Errc::bad_input,
        fmt::format(
            "the job has Python callbacks, which cannot run here: {} (--callbacks maps or ignores them)",
            fmt::join(unknown, ", "))};
}

awaitable<void> enqueue_callback(
    const Execution& execution, const jobs::Completion& completion, const TaskServices& services) {
    const auto& callback = callback_of(execution.job().callbacks, completion.outcome);
    const auto* task = task_for(services.settings.callbacks.tasks, callback);
    if (!task || completion.retry_in) co_return;
    const auto job = job_after(execution, completion.outcome, *task);
    while (true) {
        const auto receipt = co_await jobs::Producer(services.queue_db).enqueue(job);
        if (receipt) co_return;
        logger.warning(fmt::format("{} not enqueued for {}: {}", *task, callback, receipt.error().message),
            execution.log_context());
        if (!is_worth_waiting(execution, receipt.error())) co_return;
        co_await prep::pause(services.queue.lease() / 10);
    }
}

} // namespace freshet::worker
