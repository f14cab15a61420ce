#pragma once

#include "jobs/queue/work_queue.hpp"
#include "prep/store/redis_prep.hpp"
#include "prep/store/status_messenger.hpp"
#include "rules/rules_file.hpp"
#include "rules/task_catalogue.hpp"
#include "worker/runtime/task.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace freshet::worker {

/// What an execution does to its run beside its task: the log level that the run's users have set holds while
/// this lives, the hash is warm before the task, scratch folders of executions that are over are gone, the
/// watchers learn of its start, completion stamps the task and drops the stale caches, and the dump follows.
///
/// Thread, executor and cancellation as prep::redis::Connection. Nothing here fails a job: what goes wrong is
/// logged. Lives no longer than the execution.
class RunEffects {
public:
    /// bad_input if the execution's run id is none.
    static Result<RunEffects> of(
        const Execution& execution, const TaskServices& services, const TaskDefinition& definition);

    /// Loads the run's hash if Redis has lost it, removes abandoned scratch folders, and tells the start.
    boost::asio::awaitable<void> begin();
    /// What must become visible in the step that completes it. Messages for any outcome; timestamp and stale
    /// caches if it finished.
    void add_to(jobs::Completion& completion, rules::RulesFile& rules) const;
    /// After a completion that was recorded as finished: the dump.
    boost::asio::awaitable<void> end();

private:
    RunEffects(const Execution& execution, const TaskServices& services, const TaskDefinition& definition,
        prep::RedisPrep run);
    boost::asio::awaitable<void> heed_log_level();
    boost::asio::awaitable<void> clear_scratch();

    const Execution& execution_;
    const TaskServices& services_;
    const TaskDefinition& definition_;
    const rules::Task* task_; ///< null: it stamps nothing
    std::string panel_;
    prep::RedisPrep run_;
    prep::StatusMessenger watchers_;
    std::shared_ptr<const void> log_level_;
};

} // namespace freshet::worker
