#include "worker/runtime/run_effects.hpp"

#include "prep/store/stale_cache.hpp"
#include "prep/store/status_messages.hpp"

namespace freshet::worker {
namespace {

namespace status = prep::status;
using boost::asio::awaitable;

const Logger logger("run");

std::string panel_of(const rules::Task* task) {
    return std::string(task && !task->panel.empty() ? task->panel : "rq");
}

} // namespace

Result<RunEffects> RunEffects::of(const Execution& execution, const TaskServices& services) {
    auto run = prep::RedisPrep::open(services.runs, services.settings.runs_root / execution.run_id());
    if (!run) return run.error();
    return RunEffects(execution, services, std::move(*run));
}

RunEffects::RunEffects(const Execution& execution, const TaskServices& services, prep::RedisPrep run)
    : execution_(execution),
      task_(rules::task_named(execution.call().task())),
      run_(std::move(run)),
      watchers_(services.runs, execution.run_id(), execution.lease().job_id) {}

awaitable<void> RunEffects::begin() {
    const auto loaded = co_await run_.load_if_cold();
    if (!loaded)
        logger.warning("the run's hash may be cold: " + loaded.error().message, execution_.log_context());
    else if (*loaded)
        logger.info("the run's hash was cold: loaded from redisprep.dump", execution_.log_context());
    co_await watchers_.started(panel_of(task_), std::string(execution_.call().name()));
}

void RunEffects::add_to(jobs::Completion& completion, rules::RulesFile& rules) const {
    const auto& run_id = execution_.run_id();
    const auto& job_id = execution_.lease().job_id;
    const bool finished = completion.outcome == jobs::Completion::Outcome::finished;
    const auto text = finished ? status::completed : status::exception;
    const std::string own = status::channel(run_id, panel_of(task_));
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
