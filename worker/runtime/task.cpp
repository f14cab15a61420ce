#include "worker/runtime/task.hpp"

#include "prep/async/event.hpp"
#include "prep/store/status_messenger.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ranges>

namespace freshet::worker {

using boost::asio::awaitable;

awaitable<void> TaskContext::confirm_lease() {
    const auto lease = services_.queue.lease();
    while (execution_.stop_reason() == StopReason::none) {
        std::vector<jobs::Pulse> pulses{execution_.next_pulse()};
        const auto states = co_await services_.queue.heartbeat(std::move(pulses));
        if (states && states->front() != jobs::LeaseState::lost) co_return;
        if (states) {
            execution_.stop(StopReason::lease_lost);
            throw Failure(
                {Errc::lease_lost, "the lease of this execution is gone: another worker has taken the job"});
        }
        Logger("executor").warning("cannot confirm the lease yet: " + states.error().message, log_context());
        co_await prep::pause(lease / 10);
    }
    throw Failure({Errc::canceled, "the execution was told to stop"});
}

std::function<bool()> TaskContext::lease_check() {
    return [this, executor = services_.runs.executor()] {
        auto confirmed = boost::asio::co_spawn(executor, confirm_lease(), boost::asio::use_future);
        try {
            confirmed.get();
            return true;
        } catch (const std::exception&) {
            return false;
        }
    };
}

awaitable<Result<ChildOutcome>> TaskContext::run_child(ChildSpec spec) {
    if (trace()) spec.environment["TRACEPARENT"] = trace()->traceparent();
    auto outcome = co_await worker::run_child(std::move(spec));
    if (outcome) execution_.note_child(*outcome);
    co_return outcome;
}

awaitable<void> TaskContext::tell(std::string panel, std::string text) {
    prep::StatusMessenger watchers(services_.runs, run_id(), job_id());
    co_await watchers.note(std::move(panel), std::move(text));
}

void TaskTable::add(std::string name, TaskDefinition definition) {
    tasks_.insert_or_assign(std::move(name), std::move(definition));
}

Result<const TaskDefinition*> TaskTable::find(const jobs::Call& call) const {
    auto found = tasks_.find(call.name());
    if (found == tasks_.end()) found = tasks_.find(call.task());
    if (found != tasks_.end()) return &found->second;
    return Error{
        Errc::not_found, fmt::format("unknown task '{}' (function '{}'); this worker knows: {}", call.task(),
                             call.function, fmt::join(tasks_ | std::views::keys, ", "))};
}

} // namespace freshet::worker
