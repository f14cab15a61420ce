#pragma once

#include "jobs/queue/worker_registry.hpp"
#include "prep/async/group.hpp"
#include "rules/rules_file.hpp"
#include "worker/runtime/completion.hpp"
#include "worker/runtime/run_effects.hpp"
#include "worker/runtime/slots.hpp"
#include "worker/runtime/task.hpp"

#include <map>
#include <string>
#include <vector>

namespace freshet::worker {

/// Runs claimed jobs, each in a slot of its own: decodes the call, finds the task, runs it under its time
/// limit, and submits how it ended. A slot is free again when Redis has the result and the run its
/// snapshot; where there is no run, as soon as the result is on its way, so that the next claim travels with
/// it.
///
/// Not thread-safe: the worker's executor. join() before the destructor.
class Executor {
public:
    /// One slot for each of `workers` (names of RQ workers, one a slot).
    Executor(boost::asio::any_io_executor executor, std::vector<std::string> workers, const TaskTable& tasks,
        const TaskServices& services, rules::RulesFile& rules, Completer& completer);

    /// What to claim jobs for now.
    Slots::Wanted wanted() const { return slots_.wanted(Execution::Clock::now()); }
    /// The job must have been claimed with the name of a slot. It starts at once, or when its turn comes.
    void start(jobs::ClaimedJob job);
    /// Returns jobs to their queue that have stood in the line of a slot for too long. Until cancelled.
    boost::asio::awaitable<void> watch_lines();

    /// How many tasks of that kind could start now. Without --io-concurrency all share the slots.
    std::size_t free_slots(SlotKind kind) const;
    /// Kinds with slots of their own that are all taken.
    std::vector<SlotKind> full_kinds() const;
    /// Jobs that it has taken and neither set aside nor returned, since the start.
    std::size_t begun() const { return begun_; }
    std::size_t ended() const { return begun_ - running_.size(); }

    /// Names of all slots.
    const std::vector<std::string>& slots() const { return slots_.names(); }
    /// What each slot is doing, and has done since the last call.
    std::vector<jobs::WorkerReport> take_reports();

    /// Those in the lines as well.
    Executions& running() { return running_; }
    /// What the heartbeat sends for them.
    std::vector<jobs::Pulse> next_pulses();
    /// The execution of that name; null if it has ended.
    Execution* find(std::string_view execution_id);
    void stop_all(StopReason reason);
    /// What an operator's command can be about; '' is any.
    struct Target {
        std::string worker;
        std::string job_id = {};
        std::string execution = {};
        bool names_nothing_but_the_slot() const { return job_id.empty() && execution.empty(); }
    };
    void stop(const Target& target, StopReason reason);

    /// Notified whenever a slot becomes free.
    prep::Event& slot_freed() { return slot_freed_; }
    boost::asio::awaitable<void> join();

private:
    using Running = Executions::iterator;
    struct Outcome {
        std::optional<Error> error;
        boost::json::value value;
    };

    enum class Fit { fits, no_slot };

    bool kinds_have_slots() const;
    boost::asio::awaitable<void> begin_ready();
    void begin(Running execution);
    boost::asio::awaitable<void> run(Running execution);
    boost::asio::awaitable<void> run_in_slot(
        Execution& execution, const TaskDefinition& task, std::optional<RunEffects>& on_run);
    /// False if it waits in Redis for a slot of its kind or for its key, or is lost: no more ours.
    boost::asio::awaitable<bool> admit(Execution& execution, const TaskDefinition& task, Fit fit);
    boost::asio::awaitable<void> end(
        Execution& execution, const Outcome& outcome, std::optional<RunEffects>& on_run);
    boost::asio::awaitable<Outcome> run_task(Execution& execution, const TaskDefinition& task);
    boost::asio::awaitable<void> record(
        Execution& execution, const Outcome& outcome, std::optional<RunEffects>& on_run);
    boost::asio::awaitable<void> return_to_queue(Execution& execution);
    boost::asio::awaitable<void> return_from_lines(Execution::Clock::time_point joined_before);
    Result<const TaskDefinition*> prepare(Execution& execution, std::optional<RunEffects>& on_run);
    jobs::Completion completion_of(const Execution& execution, const Outcome& outcome);

    void free_slot(Execution& execution);
    void count(const Execution& execution, const Outcome& outcome);

    boost::asio::any_io_executor executor_;
    Slots slots_;
    std::map<SlotKind, unsigned> used_{{SlotKind::cpu, 0}, {SlotKind::io, 0}};
    std::size_t begun_ = 0;
    std::map<std::string, jobs::WorkerReport> done_; ///< by slot, since the last take_reports()
    const TaskTable& tasks_;
    const TaskServices& services_;
    rules::RulesFile& rules_;
    Completer& completer_;
    Executions running_;
    std::vector<Running> ready_; ///< have a slot and are to begin
    prep::Event slot_freed_;
    prep::Event line_formed_;
    prep::CoroutineGroup group_;
};

} // namespace freshet::worker
