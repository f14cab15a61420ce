#pragma once

#include "jobs/queue/call.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/work_queue.hpp"
#include "prep/logging.hpp"
#include "worker/process/child.hpp"
#include "worker/runtime/trace.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace freshet::worker {

/// A task computes (in a child or on the CPU pool), or mostly waits (for Redis, a service, a clock).
enum class SlotKind { cpu, io };

/// As it stands in Redis.
constexpr std::string_view to_word(SlotKind kind) {
    return jobs::keys::slot_kinds[kind == SlotKind::cpu ? 0 : 1];
}

/// Why an execution was told to end before its task was done.
enum class StopReason {
    none,
    time_limit,  ///< the job fails
    lease_lost,  ///< another has the job: nothing is recorded
    shutdown,    ///< the job goes back to the head of its queue
    by_operator, ///< the job ends as stopped and is not tried again
    killed,      ///< kill-horse: the job fails and may be tried again
};

/// One attempt at one job, from its claim to the release of its slot. Not thread-safe: the worker's executor.
class Execution {
public:
    using Clock = std::chrono::steady_clock;

    Execution(jobs::ClaimedJob job, Clock::time_point claimed)
        : job_(std::move(job)), started_(claimed), trace_(trace_in(job_.meta)) {
        if (trace_) trace_ = trace_->child();
    }

    const jobs::ClaimedJob& job() const { return job_; }
    const jobs::Lease& lease() const { return job_.lease; }
    const jobs::Call& call() const { return call_; }
    const std::string& run_id() const { return run_id_; }
    /// This execution's span, below that of its producer.
    const std::optional<Trace>& trace() const { return trace_; }
    LogContext log_context() const {
        return {.run_id = run_id_,
            .job_id = lease().job_id,
            .trace_id = trace_ ? std::string_view(trace_->trace_id) : std::string_view()};
    }
    void set_call(jobs::Call call) { call_ = std::move(call); }
    void set_run_id(std::string run_id) { run_id_ = std::move(run_id); }

    /// How long the record of a success must stay, whatever the producer has asked for.
    std::chrono::seconds kept_at_least() const { return kept_at_least_; }
    void keep_at_least(std::chrono::seconds time) { kept_at_least_ = time; }

    /// Cancels the task; the first reason stays.
    void stop(StopReason reason) {
        if (reason_ != StopReason::none) return;
        reason_ = reason;
        stop_.emit(boost::asio::cancellation_type::terminal);
    }
    StopReason stop_reason() const { return reason_; }

    /// It has a slot from now on.
    void begin() {
        slot_.held = true;
        started_ = Clock::now();
    }

    /// What it takes up of the worker. The slot may serve another job before this object goes.
    struct Slot {
        bool held = false;
        std::optional<SlotKind> kind; ///< none until its task is known
    };
    Slot& slot() { return slot_; }
    const Slot& slot() const { return slot_; }

    boost::asio::cancellation_slot stop_slot() { return stop_.slot(); }

    /// The last of its model programs that did not succeed.
    const std::optional<ChildOutcome>& failed_child() const { return failed_child_; }
    void note_child(const ChildOutcome& outcome) {
        if (!outcome.succeeded()) failed_child_ = outcome;
    }

    std::chrono::milliseconds ran() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
    }

    /// What the heartbeat sends for it.
    jobs::Pulse next_pulse() {
        note_more();
        if (!job_.time_limit) return {job_.lease, std::nullopt};
        return {job_.lease, *job_.time_limit - std::chrono::duration_cast<std::chrono::seconds>(ran())};
    }

    /// Redis holds more of it than it did when it was claimed.
    void note_more() { job_.is_plain = false; }

private:
    jobs::ClaimedJob job_;
    Clock::time_point started_;
    jobs::Call call_;
    std::string run_id_;
    std::chrono::seconds kept_at_least_{0};
    std::optional<Trace> trace_;
    std::optional<ChildOutcome> failed_child_;
    StopReason reason_ = StopReason::none;
    Slot slot_;
    boost::asio::cancellation_signal stop_;
};

} // namespace freshet::worker
