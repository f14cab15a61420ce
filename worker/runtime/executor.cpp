#include "worker/runtime/executor.hpp"

#include "rules/run_id.hpp"
#include "worker/runtime/callbacks.hpp"
#include "worker/runtime/middleware.hpp"
#include "worker/runtime/post_mortem.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

const Logger logger("executor");

// Several times what a line is planned for: a hiccup is no reason to return jobs.
constexpr std::chrono::milliseconds patience_in_line{20};

Error to_error(std::exception_ptr thrown) try {
    std::rethrow_exception(thrown);
} catch (const Failure& failure) {
    return failure.error();
} catch (const std::exception& failure) {
    return {Errc::internal, failure.what()};
}

// What a job asks for that cannot be done here must not be passed over in silence.
Result<> check_demands(const jobs::ClaimedJob& job, const CallbackSettings& callbacks) {
    if (auto known = check_callbacks(job.callbacks, callbacks); !known) return known.error();
    if (!job.webhooks.empty() && callbacks.unmapped != CallbackSettings::Unmapped::ignore)
        return Error{Errc::bad_input,
            "the job has webhooks, which are not called here (--callbacks ignore runs it without them)"};
    if (!job.rate_limit_key.empty())
        return Error{Errc::bad_input,
            fmt::format("the job has a rate limit ('{}'), which is not supported here", job.rate_limit_key)};
    return {};
}

std::chrono::seconds time_kept(const Execution& execution) {
    const auto asked = execution.job().result_ttl;
    const bool for_ever = asked < std::chrono::seconds(0);
    return for_ever ? asked : std::max(asked, execution.kept_at_least());
}

} // namespace

Executor::Executor(asio::any_io_executor executor, std::vector<std::string> workers, const TaskTable& tasks,
    const TaskServices& services, rules::RulesFile& rules, Completer& completer)
    : executor_(executor),
      // Where kinds have slots of their own, a job's kind is known too late for a line.
      slots_(std::move(workers),
          services.settings.io_concurrency == 0 ? Slots::Lines::allowed : Slots::Lines::none),
      tasks_(tasks),
      services_(services),
      rules_(rules),
      completer_(completer),
      slot_freed_(executor),
      line_formed_(executor),
      group_(executor) {}

void Executor::start(jobs::ClaimedJob job) {
    ++begun_;
    const auto now = Execution::Clock::now();
    const auto execution = running_.emplace(running_.end(), std::move(job), now);
    if (slots_.enter(execution, now) == Slots::Entered::line) return line_formed_.notify();
    if (kinds_have_slots()) return begin(execution); // the next claim must know what is left of each kind
    ready_.push_back(execution);
    if (ready_.size() == 1) group_.spawn("start of executions", begin_ready());
}

// The next claim goes out first.
awaitable<void> Executor::begin_ready() {
    co_await asio::post(executor_, asio::use_awaitable);
    for (const Running& execution : std::exchange(ready_, {}))
        begin(execution);
}

void Executor::begin(Running execution) {
    execution->begin();
    group_.spawn("execution " + execution->lease().execution, run(execution));
}

awaitable<void> Executor::watch_lines() {
    while (true) {
        if (slots_.lines_are_empty()) co_await line_formed_.wait();
        co_await prep::pause(patience_in_line);
        co_await return_from_lines(Execution::Clock::now() - patience_in_line);
    }
}

awaitable<void> Executor::return_from_lines(Execution::Clock::time_point joined_before) {
    const auto late = slots_.take_from_lines(joined_before);
    if (late.empty()) co_return;
    std::vector<jobs::Lease> leases;
    for (const Running& execution : late)
        leases.push_back(execution->lease());
    const auto returned = co_await services_.queue.give_back(std::move(leases));
    if (!returned)
        logger.warning(fmt::format("{} jobs not returned, their leases will bring them back: {}", late.size(),
            returned.error().message));
    for (const Running& execution : late)
        running_.erase(execution);
    begun_ -= late.size();
    slot_freed_.notify();
}

bool Executor::kinds_have_slots() const {
    return services_.settings.io_concurrency > 0;
}

std::size_t Executor::free_slots(SlotKind kind) const {
    const Settings& settings = services_.settings;
    if (!kinds_have_slots()) return settings.concurrency - used_.at(SlotKind::cpu) - used_.at(SlotKind::io);
    const unsigned all = kind == SlotKind::cpu ? settings.concurrency : settings.io_concurrency;
    return all - used_.at(kind);
}

std::vector<SlotKind> Executor::full_kinds() const {
    std::vector<SlotKind> full;
    if (!kinds_have_slots()) return full;
    for (const SlotKind kind : {SlotKind::cpu, SlotKind::io})
        if (free_slots(kind) == 0) full.push_back(kind);
    return full;
}

std::vector<jobs::Pulse> Executor::next_pulses() {
    std::vector<jobs::Pulse> pulses;
    for (Execution& execution : running_)
        pulses.push_back(execution.next_pulse());
    completer_.expect_heartbeats();
    return pulses;
}

Execution* Executor::find(std::string_view execution_id) {
    const auto found = std::find_if(running_.begin(), running_.end(),
        [&](const Execution& execution) { return execution.lease().execution == execution_id; });
    return found == running_.end() ? nullptr : &*found;
}

void Executor::stop(const Target& target, StopReason reason) {
    const auto fits = [](const std::string& wanted, const std::string& found) {
        return wanted.empty() || wanted == found;
    };
    for (Execution& execution : running_) {
        const jobs::Lease& lease = execution.lease();
        if (!execution.slot().held && target.names_nothing_but_the_slot()) continue;
        if (fits(target.worker, lease.worker) && fits(target.job_id, lease.job_id) &&
            fits(target.execution, lease.execution))
            execution.stop(reason);
    }
}

std::vector<jobs::WorkerReport> Executor::take_reports() {
    const auto done = std::exchange(done_, {});
    std::vector<jobs::WorkerReport> reports;
    for (const std::string& slot : slots()) {
        const auto found = done.find(slot);
        reports.push_back(found != done.end() ? found->second : jobs::WorkerReport{.name = slot});
    }
    for (const Execution& execution : running_) {
        if (!execution.slot().held) continue;
        auto& report = *std::ranges::find(reports, execution.lease().worker, &jobs::WorkerReport::name);
        report.state = jobs::WorkerReport::State::busy;
        report.job_id = execution.lease().job_id;
        report.working = execution.ran();
    }
    return reports;
}

void Executor::count(const Execution& execution, const Outcome& outcome) {
    auto& report = done_[execution.lease().worker];
    report.name = execution.lease().worker;
    ++(outcome.error ? report.failed : report.finished);
    report.worked += execution.ran();
}

void Executor::stop_all(StopReason reason) {
    for (Execution& execution : running_)
        execution.stop(reason);
}

awaitable<void> Executor::join() {
    co_await group_.join();
}

awaitable<void> Executor::run(Running execution) {
    std::optional<RunEffects> on_run;
    const auto task = prepare(*execution, on_run);
    if (task) {
        co_await run_in_slot(*execution, **task, on_run);
    } else {
        const Outcome refused{task.error(), {}};
        co_await end(*execution, refused, on_run);
    }

    free_slot(*execution);
    running_.erase(execution);
    slot_freed_.notify();
}

awaitable<void> Executor::run_in_slot(
    Execution& execution, const TaskDefinition& task, std::optional<RunEffects>& on_run) {
    const Fit fit = free_slots(task.slot) > 0 ? Fit::fits : Fit::no_slot;
    if (fit == Fit::fits) {
        ++used_[task.slot];
        execution.slot().kind = task.slot;
    }
    if (co_await admit(execution, task, fit)) {
        if (on_run) co_await on_run->begin();
        const auto outcome = co_await run_task(execution, task);
        co_await end(execution, outcome, on_run);
    } else {
        --begun_;
    }
}

awaitable<bool> Executor::admit(Execution& execution, const TaskDefinition& task, Fit fit) {
    jobs::Needs needs;
    needs.lease = execution.lease();
    if (fit == Fit::no_slot) needs.missing_kind = to_word(task.slot);
    if (execution.job().key.empty() && !task.writes.empty())
        needs.key = fmt::format("{}:{}", execution.run_id(), task.writes);
    if (needs.missing_kind.empty() && needs.key.empty()) co_return true;
    execution.note_more();
    while (execution.stop_reason() == StopReason::none) {
        auto asked = needs;
        const auto admission = co_await services_.queue.admit(std::move(asked));
        if (admission && *admission == jobs::Admission::lost)
            logger.warning("the lease was lost before the task started", execution.log_context());
        if (admission && *admission == jobs::Admission::aside)
            logger.debug("set aside until there is a slot or its key is free", execution.log_context());
        if (admission) co_return *admission == jobs::Admission::go;
        logger.warning(
            "cannot tell yet whether it may start: " + admission.error().message, execution.log_context());
        co_await prep::pause(services_.queue.lease() / 10);
    }
    co_return true; // its end is to be recorded
}

awaitable<void> Executor::end(
    Execution& execution, const Outcome& outcome, std::optional<RunEffects>& on_run) {
    if (execution.stop_reason() == StopReason::lease_lost)
        logger.warning("stopped: the lease was lost; its result is dropped", execution.log_context());
    else if (execution.stop_reason() == StopReason::shutdown && outcome.error)
        co_await return_to_queue(execution);
    else
        co_await record(execution, outcome, on_run);
    count(execution, outcome);
}

void Executor::free_slot(Execution& execution) {
    auto& slot = execution.slot();
    if (!slot.held) return;
    slot.held = false;
    if (slot.kind) --used_[*slot.kind];
    if (const auto next = slots_.leave(execution.lease().worker, Execution::Clock::now())) begin(*next);
    slot_freed_.notify();
}

Result<const TaskDefinition*> Executor::prepare(Execution& execution, std::optional<RunEffects>& on_run) {
    auto call = jobs::decode_call(execution.job().data);
    if (!call) return call.error();
    if (const auto* task = task_for(services_.settings.functions, call->function)) call->function = *task;
    execution.set_call(std::move(*call));
    if (auto possible = check_demands(execution.job(), services_.settings.callbacks); !possible)
        return possible.error();

    auto task = tasks_.find(execution.call());
    if (!task || (*task)->scope == TaskDefinition::Scope::free) return task;

    const auto& args = execution.call().args;
    if (args.empty() || !args[0].is_string())
        return Error{
            Errc::bad_input, fmt::format("{}: the first argument must be a run id", execution.call().name())};
    auto run_id = rules::checked_run_id(std::string_view(args[0].get_string()));
    if (!run_id) return run_id.error();
    const auto folder = services_.settings.runs_root / *run_id;
    if (std::error_code ignored; !std::filesystem::is_directory(folder, ignored))
        return Error{
            Errc::not_found, fmt::format("run '{}': there is no folder {}", *run_id, folder.string())};
    execution.set_run_id(std::move(*run_id));
    auto effects = RunEffects::of(execution, services_, **task);
    if (!effects) return effects.error();
    on_run.emplace(std::move(*effects));
    return task;
}

awaitable<Executor::Outcome> Executor::run_task(Execution& execution, const TaskDefinition& task) {
    if (execution.stop_reason() != StopReason::none) // before there was a task to cancel
        co_return Outcome{
            error_of_stop(execution).value_or(Error{Errc::canceled, "stopped before it started"}), {}};

    asio::steady_timer limit(executor_);
    if (execution.job().time_limit) {
        limit.expires_after(*execution.job().time_limit);
        limit.async_wait([&execution](boost::system::error_code error) {
            if (!error) execution.stop(StopReason::time_limit);
        });
    }

    TaskContext context(execution, services_);
    auto coroutine = run_within(tasks_.middleware(), context, task.run);
    auto [thrown, value] = co_await asio::co_spawn(executor_, std::move(coroutine),
        asio::bind_cancellation_slot(execution.stop_slot(), asio::as_tuple(asio::use_awaitable)));
    limit.cancel();

    Outcome outcome;
    outcome.value = std::move(value);
    if (thrown) outcome.error = to_error(thrown);
    if (thrown)
        if (auto stopped = error_of_stop(execution)) outcome.error = std::move(stopped);
    co_return outcome;
}

awaitable<void> Executor::record(
    Execution& execution, const Outcome& outcome, std::optional<RunEffects>& on_run) {
    if (outcome.error) logger.error("failed: " + outcome.error->message, execution.log_context());
    auto completion = completion_of(execution, outcome);
    if (on_run) on_run->add_to(completion, rules_);
    co_await enqueue_callback(execution, completion, services_);
    if (!on_run && completer_.flows()) free_slot(execution);
    auto reply = co_await completer_.submit(std::move(completion));
    if (!reply) {
        logger.error(
            "the result is lost, the job will run again: " + reply.error().message, execution.log_context());
        co_return;
    }
    if (reply->what == jobs::CompletionReply::What::lost) {
        logger.warning("late: the lease was gone, so nothing was recorded", execution.log_context());
        co_return;
    }
    logger.debug(outcome.error ? "recorded as failed" : "recorded as finished", execution.log_context());
    if (!outcome.error && on_run) co_await on_run->end();
}

awaitable<void> Executor::return_to_queue(Execution& execution) {
    std::vector<jobs::Lease> leases{execution.lease()};
    const auto returned = co_await services_.queue.give_back(std::move(leases));
    if (!returned)
        logger.warning("not returned, its lease will bring it back: " + returned.error().message,
            execution.log_context());
    else
        logger.info("stopped for shutdown and returned to its queue", execution.log_context());
}

jobs::Completion Executor::completion_of(const Execution& execution, const Outcome& outcome) {
    jobs::Completion completion;
    completion.lease = execution.lease();
    completion.is_plain = execution.job().is_plain;
    completion.outcome = outcome_of(execution, outcome.error);
    completion.keep_for = outcome.error ? execution.job().failure_ttl : time_kept(execution);
    if (outcome.error) {
        completion.error_text = error_text(execution, *outcome.error);
        completion.death = jobs::to_json(death_of(execution, *outcome.error));
        completion.retry_in = retry_after(execution, *outcome.error);
    } else if (!outcome.value.is_null()) {
        completion.return_value = jobs::serialize_value(outcome.value, execution.call().serializer);
    }
    return completion;
}

} // namespace freshet::worker
