#include "worker/runtime/executor.hpp"

#include "prep/store/redis_prep.hpp"
#include "prep/store/stale_cache.hpp"
#include "prep/store/status_messages.hpp"
#include "rules/run_id.hpp"
#include "rules/task_catalogue.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>
#include <utility>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;
namespace status = prep::status;
using asio::awaitable;
using prep::redis::Command;

const Logger logger("executor");

LogContext about(const Execution& execution) {
    return {.run_id = execution.run_id(), .job_id = execution.lease().job_id};
}

Error to_error(std::exception_ptr thrown) try {
    std::rethrow_exception(thrown);
} catch (const Failure& failure) {
    return failure.error();
} catch (const std::exception& failure) {
    return {Errc::internal, failure.what()};
}

// A stop shows itself in the task as whatever broke when it was cancelled; the reason tells it better.
std::optional<Error> error_of_stop(const Execution& execution) {
    switch (execution.stop_reason()) {
    case StopReason::time_limit:
        return Error{Errc::timed_out, fmt::format("the job ran into its time limit of {} s and was stopped",
                                          execution.job().time_limit->count())};
    case StopReason::by_operator:
        return Error{Errc::canceled, "Job stopped by user, work-horse terminated."};
    case StopReason::killed:
        return Error{Errc::canceled, "the execution was killed by an operator's kill-horse"};
    case StopReason::none:
    case StopReason::lease_lost:
    case StopReason::shutdown:
        break;
    }
    return std::nullopt;
}

jobs::Completion::Outcome outcome_of(const Execution& execution, const std::optional<Error>& error) {
    using Outcome = jobs::Completion::Outcome;
    if (!error) return Outcome::finished;
    return execution.stop_reason() == StopReason::by_operator ? Outcome::stopped : Outcome::failed;
}

// What would fail in the same way again is not tried again.
bool is_worth_a_retry(const Error& error) {
    return error.code != Errc::bad_input && error.code != Errc::not_found;
}

std::optional<std::chrono::seconds> retry_after(const Execution& execution, const Error& error) {
    static thread_local std::minstd_rand random(std::random_device{}());
    const double jitter = std::uniform_real_distribution(0.5, 1.0)(random);
    if (!is_worth_a_retry(error)) return std::nullopt;
    return jobs::retry_delay(execution.job().retries, {}, jitter);
}

// What a job asks for that cannot be done here must not be passed over in silence.
Result<> check_demands(const jobs::ClaimedJob& job) {
    if (!job.python_callbacks.empty())
        return Error{Errc::bad_input, fmt::format("the job has Python callbacks, which cannot run here: {}",
                                          fmt::join(job.python_callbacks, ", "))};
    if (!job.rate_limit_key.empty())
        return Error{Errc::bad_input,
            fmt::format("the job has a rate limit ('{}'), which is not supported here", job.rate_limit_key)};
    return {};
}

std::string_view panel_of(const rules::Task* task) {
    return task && !task->panel.empty() ? task->panel : "rq";
}

const rules::Task* catalogued(const Execution& execution) {
    return rules::task_named(execution.call().task());
}

} // namespace

Executor::Executor(asio::any_io_executor executor, std::vector<std::string> workers, const TaskTable& tasks,
    const TaskServices& services, rules::RulesFile& rules, Completer& completer)
    : executor_(executor),
      slots_(std::move(workers)),
      free_workers_(slots_),
      tasks_(tasks),
      services_(services),
      rules_(rules),
      completer_(completer),
      slot_freed_(executor),
      group_(executor) {}

void Executor::start(jobs::ClaimedJob job) {
    std::erase(free_workers_, job.lease.worker);
    const auto execution = running_.emplace(running_.end(), std::move(job), Execution::Clock::now());
    group_.spawn("execution " + execution->lease().execution, run(execution));
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
        if (fits(target.worker, lease.worker) && fits(target.job_id, lease.job_id) &&
            fits(target.execution, lease.execution))
            execution.stop(reason);
    }
}

std::vector<jobs::WorkerReport> Executor::take_reports() {
    const auto done = std::exchange(done_, {});
    std::vector<jobs::WorkerReport> reports;
    for (const std::string& slot : slots_) {
        const auto found = done.find(slot);
        reports.push_back(found != done.end() ? found->second : jobs::WorkerReport{.name = slot});
    }
    for (const Execution& execution : running_) {
        const auto slot = std::find(slots_.begin(), slots_.end(), execution.lease().worker) - slots_.begin();
        auto& report = reports[static_cast<std::size_t>(slot)];
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
    Outcome outcome;
    auto task = prepare(*execution);
    if (task) {
        co_await load_run(*execution);
        co_await tell_start(*execution);
        outcome = co_await run_task(*execution, **task);
    } else {
        outcome.error = task.error();
    }

    if (execution->stop_reason() == StopReason::lease_lost)
        logger.warning("stopped: the lease was lost; its result is dropped", about(*execution));
    else if (execution->stop_reason() == StopReason::shutdown && outcome.error)
        co_await return_to_queue(*execution);
    else
        co_await record(*execution, outcome);

    count(*execution, outcome);
    free_workers_.push_back(execution->lease().worker);
    running_.erase(execution);
    slot_freed_.notify();
}

Result<const TaskDefinition*> Executor::prepare(Execution& execution) {
    auto call = jobs::decode_call(execution.job().data);
    if (!call) return call.error();
    execution.set_call(std::move(*call));
    if (auto possible = check_demands(execution.job()); !possible) return possible.error();

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
    auto coroutine = task.run(context);
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

awaitable<void> Executor::record(Execution& execution, const Outcome& outcome) {
    if (outcome.error) logger.error("failed: " + outcome.error->message, about(execution));
    auto completion = completion_of(execution, outcome);
    auto reply = co_await completer_.submit(std::move(completion));
    if (!reply) {
        logger.error(
            "the result is lost, the job will run again: " + reply.error().message, about(execution));
        co_return;
    }
    if (reply->what == jobs::CompletionReply::What::lost) {
        logger.warning("late: the lease was gone, so nothing was recorded", about(execution));
        co_return;
    }
    logger.debug(outcome.error ? "recorded as failed" : "recorded as finished", about(execution));
    if (!outcome.error && !execution.run_id().empty()) co_await dump_run(execution);
}

awaitable<void> Executor::return_to_queue(Execution& execution) {
    std::vector<jobs::Lease> leases{execution.lease()};
    const auto returned = co_await services_.queue.give_back(std::move(leases));
    if (!returned)
        logger.warning(
            "not returned, its lease will bring it back: " + returned.error().message, about(execution));
    else
        logger.info("stopped for shutdown and returned to its queue", about(execution));
}

jobs::Completion Executor::completion_of(const Execution& execution, const Outcome& outcome) {
    jobs::Completion completion;
    completion.lease = execution.lease();
    completion.outcome = outcome_of(execution, outcome.error);
    completion.keep_for = outcome.error ? execution.job().failure_ttl : execution.job().result_ttl;
    if (outcome.error) {
        completion.error_text = outcome.error->message;
        completion.retry_in = retry_after(execution, *outcome.error);
    } else if (!outcome.value.is_null()) {
        completion.return_value = jobs::serialize_value(outcome.value, execution.call().serializer);
    }
    if (!execution.run_id().empty()) add_run_effects(execution, completion);
    return completion;
}

void Executor::add_run_effects(const Execution& execution, jobs::Completion& completion) {
    const auto& run_id = execution.run_id();
    const auto& job_id = execution.lease().job_id;
    const auto* task = catalogued(execution);
    const bool finished = completion.outcome == jobs::Completion::Outcome::finished;
    const auto text = finished ? status::completed : status::exception;
    const std::string own = status::channel(run_id, panel_of(task));
    completion.run_id = run_id;
    completion.messages.push_back({own, text(job_id, execution.call().name(), run_id)});
    completion.messages.push_back(
        {status::channel(run_id, "rq"), status::life_cycle(job_id, finished ? "success" : "failed")});
    if (!finished || !task) return;

    completion.recorded_task = task->stored;
    if (!task->completion_event.empty())
        completion.messages.push_back({own, status::trigger(job_id, task->panel, task->completion_event)});
    auto refreshed = rules_.current(std::chrono::steady_clock::now());
    if (refreshed.warning) logger.warning(*refreshed.warning, about(execution));
    const auto run_dir = (services_.settings.runs_root / run_id).string();
    completion.stale = prep::stale_after(*refreshed.rules, task->stored, run_id, run_dir);
}

awaitable<void> Executor::tell_start(const Execution& execution) {
    if (execution.run_id().empty()) co_return;
    const auto channel = status::channel(execution.run_id(), panel_of(catalogued(execution)));
    const auto text = status::started(execution.lease().job_id, execution.call().name(), execution.run_id());
    Command publish("PUBLISH", channel, text);
    const auto sent = co_await services_.runs.call(std::move(publish));
    if (!sent) logger.debug("start not told: " + sent.error().message, about(execution));
}

awaitable<void> Executor::load_run(const Execution& execution) {
    if (execution.run_id().empty()) co_return;
    const auto warn = [&](const Error& error) {
        logger.warning("the run's hash may be cold: " + error.message, about(execution));
    };
    auto run = prep::RedisPrep::open(services_.runs, services_.settings.runs_root / execution.run_id());
    if (!run) co_return warn(run.error());
    const auto loaded = co_await run->load_if_cold();
    if (!loaded) co_return warn(loaded.error());
    if (*loaded) logger.info("the run's hash was cold: loaded from redisprep.dump", about(execution));
}

awaitable<void> Executor::dump_run(const Execution& execution) {
    const auto warn = [&](const Error& error) {
        logger.warning("finished, but redisprep.dump is behind: " + error.message, about(execution));
    };
    auto run = prep::RedisPrep::open(services_.runs, services_.settings.runs_root / execution.run_id());
    if (!run) co_return warn(run.error());
    const auto dumped = co_await run->dump();
    if (!dumped) warn(dumped.error());
}

} // namespace freshet::worker
