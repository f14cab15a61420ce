#pragma once

#include "jobs/client/producer.hpp"
#include "jobs/queue/operations.hpp"
#include "jobs/queue/work_queue.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace freshet::tests {

/// What the queue must look like after any sequence of operations, kept in plain containers: the rules of
/// jobs/README.md and of the wire format, without Redis and without a clock. Registries are not kept but
/// follow from the jobs' states, so that a job can be in one place only.
class QueueModel {
public:
    using Ids = std::vector<std::string>;

    struct Job {
        std::string queue, status;
        bool present = true; ///< false: its hash has expired, its place still names it
        bool front = false, allows_failures = false, later = false;
        int retries_left = 0;
        std::int64_t queue_ttl = 0, result_ttl = 500, failure_ttl = 31'536'000;
        std::set<std::string> dependencies;
        std::string run, tree;
        std::string execution; ///< the latest
        std::string stop;      ///< the execution that an operator asked to stop
        int reaped = 0;
        std::string results; ///< types of the stream's entries, oldest first

        bool ended() const;
    };
    struct Lease {
        std::string job_id, queue;
        bool in_wip = true;
    };

    /// `looked_at`: the queues whose offers the producer's call has looked at.
    jobs::Receipt::What enqueue(const jobs::NewJob& job, std::set<std::string>& looked_at);
    void take_to_intermediate(const std::string& queue);
    /// The ids that start, in order; `executions` are what Redis has named theirs.
    struct Places {
        std::size_t slots, ahead; ///< all, and how many of them are claimed ahead
    };
    Ids claim(Places places, const std::vector<jobs::TakenId>& taken, const Ids& executions);
    /// The queues on which a slot is offered by a claim that has started so many jobs.
    std::set<std::string> offered(Places places, std::size_t started) const;
    void return_taken(const std::string& queue, const Ids& ids);
    jobs::LeaseState beat(const std::string& execution) const;
    /// False: the lease is gone.
    bool complete(const jobs::Completion& completion);
    bool give_back(const std::string& execution);
    void reap(const std::string& execution, int most_reaped);
    jobs::Canceled cancel(const std::string& id);
    /// The job and all that waits for it.
    std::set<std::string> cancel_tree(const std::string& id);
    jobs::Stopped stop(const std::string& id);
    jobs::Requeued requeue(const std::string& id, jobs::Operations::Place place);
    jobs::Deleted remove(const std::string& id);
    /// The time of a scheduled job has come.
    void move_due(const std::string& id);
    /// RQ's cleaner finds the job's entry in the wip registry expired.
    void clean_as_rq(const std::string& id);
    /// What is kept of a job expires; its place goes with the next clean-up.
    void expire(const std::string& id);
    void clean_registries();

    std::map<std::string, Job> jobs;
    std::map<std::string, std::deque<std::string>> lists, intermediate;
    std::map<std::string, Lease> leases; ///< by execution
    std::map<std::string, std::set<std::string>> trees;
    struct Offer {
        std::string execution;
        std::set<std::string> queues;
        std::string taken_up_by = {}; ///< id of a job
    };
    std::optional<Offer> offer;
    bool suspended = false;
    std::set<std::string> paused; ///< queues
    /// Several jobs were put on a queue at once, in an order that nobody promises.
    bool order_is_open = false;

    Ids with_status(std::initializer_list<std::string_view> statuses) const;
    Job* find(const std::string& id);
    /// Every key that the queue's database must hold, with its content and whether it expires: one a line,
    /// sorted.
    std::string text() const;

private:
    bool is_met(const std::string& dependency, bool allow_failures) const;
    void push(const std::string& id, Job& job, jobs::Operations::Place place);
    void fail(const std::string& id, Job& job, std::string status);
    void abandon_tree(const Job& job);
    void release_dependents(const std::string& id);
    void leave_place(const std::string& id, Job& job);
    void forget(const std::string& id);
    void forget_keys(const std::string& id);
    Ids existing_keys(const std::string& id) const;
    void keep(const std::string& id, std::int64_t ttl);
    void drop_dependent(const std::string& parent, const std::string& child);
    bool start(const std::string& id, const std::string& execution);
    bool hand_over(const std::string& id, Job& job, std::set<std::string>& looked_at);
    /// On the queues of the offer, down to this one, something waits.
    bool is_preceded(const std::string& queue) const;

    std::map<std::string, std::string> receipts_;
    std::map<std::string, std::set<std::string>> dependents_;
    std::map<std::string, std::set<std::string>> dependencies_;
    std::set<std::string> expiring_; ///< keys with a time to live
};

} // namespace freshet::tests
