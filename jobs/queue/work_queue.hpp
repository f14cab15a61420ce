#pragma once

#include "jobs/queue/claimed_job.hpp"
#include "jobs/queue/time_text.hpp"
#include "prep/redis/connection.hpp"
#include "prep/store/stale_cache.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace freshet::jobs {

/// An id that a blocking move has put on `queue`'s intermediate list.
struct TakenId {
    std::string queue;
    std::string job_id;
};

/// What a worker can take now.
struct ClaimRequest {
    std::vector<std::string> workers; ///< names of slots: at most one job for each
    /// How many of them, the last, are not free yet. Jobs that have cost a worker are not claimed for these,
    /// nor is any other in the same call: those that wait must not die with it.
    std::size_t ahead = 0;
    std::vector<TakenId> taken = {}; ///< come first
    /// Free slots of each kind that jobs may have been set aside for; kinds that are not named have none.
    std::map<std::string, std::size_t> free_of_kind = {};
    /// For each job the position of the queue to look at first; empty: by priority.
    std::vector<std::size_t> look_first = {};
    /// The name under which the process offers slots, of its own and in no other process; '' : it never does.
    /// What it has offered is withdrawn.
    std::string process = {};
    /// a_slot: if there are fewer jobs than free slots, one of these is offered. The next job of ours that is
    /// enqueued starts there at once and is pushed on the list jobs::keys::handed(process); see
    /// to_handed_job(). Only while somebody is subscribed to the channel of that name, and for a minute.
    enum class Offering { none, a_slot } offering = Offering::none;
    /// Execution of the last job that came so; '' none.
    std::string came = {};
};

struct Claimed {
    bool suspended = false;          ///< rq:suspended is set: nothing was claimed
    std::vector<std::string> paused; ///< queues of which nothing was claimed, see pause.hpp
    std::vector<ClaimedJob> jobs;
    std::size_t places = 0; ///< for so many jobs was there a slot
    /// Execution of a job that had taken up the process' offer when it was withdrawn, and may not have come
    /// yet; '' none. Nothing was claimed for its slot.
    std::string taken_up;
};

/// What a claimed job turns out to need, which stands in its task and not in its record.
struct Needs {
    Lease lease;
    std::string missing_kind = {}; ///< of slot, of which there is none free; '' none
    std::string key = {};          ///< to hold until the job ends; '' none
    int key_limit = 1;             ///< how many jobs may hold that key
};

enum class Admission {
    go,
    aside, ///< it waits for a slot of its kind or for its key, and is not ours any more
    lost,  ///< the lease is gone
};

/// One lease to renew.
struct Pulse {
    Lease lease;
    std::optional<std::chrono::seconds> time_left; ///< of the job's time limit
};

enum class LeaseState { held, lost, stop_asked };

struct StatusMessage {
    std::string channel;
    std::string text;
};

/// How an execution ended and what the world must see of it.
struct Completion {
    enum class Outcome {
        finished,
        failed,
        stopped, ///< by an operator: in the failed registry, never tried again
    };

    Lease lease;
    Outcome outcome = Outcome::finished;
    /// Its ClaimedJob was, and since then its lease had no heartbeat and admit() gave it no key: there is
    /// less to look for.
    bool is_plain = false;
    std::chrono::seconds keep_for{500}; ///< result_ttl or failure_ttl
    std::string return_value;           ///< serialized; '' none
    std::string error_text;             ///< of a failed or stopped one
    std::string death;                  ///< to_json() of its Death; '' none
    /// When a failed job is tried again (see retry_delay()); nothing: never. 0: at once.
    std::optional<std::chrono::seconds> retry_in;
    std::string run_id;        ///< '' : no effects on a run
    std::string recorded_task; ///< stored value of the task to stamp; '' none
    std::vector<prep::StaleCache> stale;
    std::vector<StatusMessage> messages;
};

struct CompletionReply {
    enum class What {
        done,      ///< recorded by this call
        done_then, ///< recorded by an earlier call of the same execution whose reply got lost
        lost,      ///< the lease is gone: nothing was changed
        refused,   ///< Redis would not have this one; its lease stays
    };
    What what = What::lost;
    std::int64_t timestamp = 0; ///< recorded for the task, unix seconds; 0 none
    std::string refusal;        ///< Redis' own words
};

struct Reaped {
    enum class What {
        queued,
        failed,  ///< it had been reaped too often
        stopped, ///< an operator had asked to stop it
        gone,    ///< ended, deleted or taken over meanwhile
    };
    std::string job_id;
    std::string execution;
    What what = What::gone;
    int times = 0;      ///< how often this job has been reaped
    std::string deaths; ///< of a job that fails now; see to_deaths()
};

/// The worker's side of the queue: each call is one script, so one atomic step. The scripts' files tell the
/// invariants. Thread, executor, errors and cancellation are those of the connection, which must outlive
/// this. Safe to repeat after unknown_fate: complete() (tells done_then), heartbeat(), reap(), give_back()
/// (tells not returned), admit() (tells lost). claim() is not: jobs claimed by a call whose reply got lost
/// return when their leases expire.
class WorkQueue {
public:
    /// `queues` in order of priority, at least one. `lease`: how long a silent worker keeps its jobs.
    WorkQueue(
        prep::redis::Connection& redis, std::vector<std::string> queues, std::chrono::milliseconds lease);

    /// Claims the ids in `taken` first, then from the queues. A taken id beyond the slots goes back to the
    /// head of its queue.
    boost::asio::awaitable<Result<Claimed>> claim(ClaimRequest request);

    /// Whether a claimed job may go on; if not it waits in Redis, in its turn, without a slot.
    boost::asio::awaitable<Result<Admission>> admit(Needs needs);

    /// Renews leases; one state each, in order.
    boost::asio::awaitable<Result<std::vector<LeaseState>>> heartbeat(std::vector<Pulse> pulses);

    /// Ends executions; one reply each, in order. At most 1000 a call (bad_input). An error if Redis has
    /// recorded none of them.
    boost::asio::awaitable<Result<std::vector<CompletionReply>>> complete(
        std::vector<Completion> completions);

    /// Returns jobs to the heads of their queues without counting the attempt; how many still were ours.
    boost::asio::awaitable<Result<std::size_t>> give_back(std::vector<Lease> leases);

    /// Takes back up to `limit` expired leases of any worker. A job reaped more than `most_reaped` times
    /// fails for good, with a text that tells all its deaths.
    boost::asio::awaitable<Result<std::vector<Reaped>>> reap(std::size_t limit, int most_reaped);

    /// Returns ids from a queue's intermediate list to its head; how many were still there.
    boost::asio::awaitable<Result<std::size_t>> return_taken(std::string queue, std::vector<std::string> ids);

    /// Enqueues up to `limit` jobs that a worker of RQ 3.0 released and left in `rq:ready:<queue>`; how many.
    boost::asio::awaitable<Result<std::size_t>> enqueue_ready(std::string queue, std::size_t limit);
    /// Passes on the keys of jobs that ended without us (a worker of RQ ran them, their record expired), if
    /// others wait for them; looks at up to `limit` keys.
    boost::asio::awaitable<Result<>> grant_keys(std::size_t limit);

    /// Those of the executions that hold no lease any more, of whatever queue they were. Reads all leases.
    boost::asio::awaitable<Result<std::vector<std::string>>> ended_among(std::vector<std::string> executions);

    const std::vector<std::string>& queues() const noexcept { return queues_; }
    std::chrono::milliseconds lease() const noexcept { return lease_; }

private:
    boost::asio::awaitable<Result<>> abandon(std::string ended_at, std::vector<Reaped> poison);

    prep::redis::Connection& redis_;
    std::vector<std::string> queues_;
    std::chrono::milliseconds lease_;
    std::string name_; ///< of this object, to tell its repeated calls
};

} // namespace freshet::jobs
