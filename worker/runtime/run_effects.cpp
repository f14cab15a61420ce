#include "worker/runtime/run_effects.hpp"

#include "prep/async/offload.hpp"
#include "prep/run_log_level.hpp"
#include "prep/store/stale_cache.hpp"
#include "prep/store/status_messages.hpp"
#include "worker/process/publish.hpp"

#include <fmt/format.h>

namespace freshet::worker {
namespace {

namespace status = prep::status;
using boost::asio::awaitable;

const Logger logger("run");

std::string panel_of(const rules::Task* task, const TaskDefinition& definition) {
    if (task && !task->panel.empty()) return std::string(task->panel);
    return definition.panel.empty() ? "rq" : definition.panel;
}

} // namespace

Result<RunEffects> RunEffects::of(
    const Execution& execution, const TaskServices& services, const TaskDefinition& definition) {
    auto run =
        prep::RedisPrep::open(services.runs, services.settings.runs_root / execution.run_id(), &services.cpu);
    if (!run) return run.error();
    return RunEffects(execution, services, definition, std::move(*run));
}

RunEffects::RunEffects(const Execution& execution, const TaskServices& services,
    const TaskDefinition& definition, prep::RedisPrep run)
    : execution_(execution),
      services_(services),
      definition_(definition),
      task_(rules::task_named(execution.call().task())),
      panel_(panel_of(task_, definition)),
      run_(std::move(run)),
      watchers_(services.runs, execution.run_id(), execution.lease().job_id) {}

awaitable<void> RunEffects::begin() {
    co_await heed_log_level();
    const auto loaded = co_await run_.load_if_cold();
    if (!loaded)
        logger.warning("the run's hash may be cold: " + loaded.error().message, execution_.log_context());
    else if (*loaded)
        logger.info("the run's hash was cold: loaded from redisprep.dump", execution_.log_context());
    co_await clear_scratch();
    co_await watchers_.started(panel_, std::string(execution_.call().name()));
}

// info is what runs have that nobody asked about: the worker's own threshold decides for them.
awaitable<void> RunEffects::heed_log_level() {
    const auto level = co_await prep::log_level_of(services_.log_levels, execution_.run_id());
    if (level != Severity::info) log_level_ = set_run_log_level(execution_.run_id(), level);
}

// What workers that were killed have left: nobody else will ever use it.
awaitable<void> RunEffects::clear_scratch() {
    if (definition_.scratch.empty()) co_return;
    const auto warn = [&](const Error& error) {
        logger.warning(
            "scratch of earlier executions may be left: " + error.message, execution_.log_context());
    };
    const auto folder = run_.run_dir() / definition_.scratch;
    const auto found = co_await prep::offload(services_.cpu, [&] { return executions_with_scratch(folder); });
    if (!found) co_return warn(found.error());
    if (found->empty()) co_return;
    const auto ended = co_await services_.queue.ended_among(*found);
    if (!ended) co_return warn(ended.error());
    const auto removed =
        co_await prep::offload(services_.cpu, [&] { return remove_abandoned_scratch(folder, *ended); });
    if (!removed) co_return warn(removed.error());
    if (*removed > 0)
        logger.info(fmt::format("removed {} scratch folders of executions that are over", *removed),
            execution_.log_context());
}

void RunEffects::add_to(jobs::Completion& completion, rules::RulesFile& rules) const {
    const auto& run_id = execution_.run_id();
    const auto& job_id = execution_.lease().job_id;
    const bool finished = completion.outcome == jobs::Completion::Outcome::finished;
    const auto text = finished ? status::completed : status::exception;
    const std::string own = status::channel(run_id, panel_);
    completion.run_id = run_id;
    completion.messages.push_back({own, text(job_id, execution_.call().name(), run_id)});
    completion.messages.push_back(
        {status::channel(run_id, "rq"), status::life_cycle(job_id, finished ? "success" : "failed")});
    if (!finished || !task_) return;

    completion.recorded_task = task_->stored;
    if (!task_->completion_event.empty())
        completion.messages.push_back({own, status::trigger(job_id, task_->panel, task_->completion_event)});
    const auto refreshed = rules.current(std::chrono::steady_clock::now());
    if (refreshed.warning) logger.warning(*refreshed.warning, execution_.log_context());
    completion.stale = prep::stale_after(*refreshed.rules, task_->stored, run_id, run_.run_dir().string());
}

awaitable<void> RunEffects::end() {
    const auto dumped = co_await run_.dump();
    if (!dumped)
        logger.warning(
            "finished, but redisprep.dump is behind: " + dumped.error().message, execution_.log_context());
}

} // namespace freshet::worker
