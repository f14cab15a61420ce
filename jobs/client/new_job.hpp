#pragma once

#include "jobs/queue/call.hpp"
#include "jobs/queue/job_record.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::jobs {

/// A job to be enqueued.
struct NewJob {
    Call call{};
    std::string queue = "default";
    std::string id{};                                 ///< '' : a new one is made
    std::string description{};                        ///< '' : the call, as RQ writes it
    std::optional<std::chrono::seconds> timeout{};    ///< running time limit; nothing: RQ's 180 s
    std::optional<std::chrono::seconds> result_ttl{}; ///< nothing: 500 s; 0: keep nothing; negative: for ever
    std::optional<std::chrono::seconds> failure_ttl{}; ///< nothing: a year
    std::optional<std::chrono::seconds> queue_ttl{};   ///< vanishes if it has not started by then; from 1 s
    int retries = 0;                                   ///< attempts after a failed one
    /// Waits between attempts, the last one repeated; empty: the worker's exponential backoff.
    std::vector<std::chrono::seconds> retry_intervals{};
    boost::json::object meta{};
    enum class Place { back, front } place = Place::back;
    std::optional<std::chrono::sys_seconds> due{}; ///< not before this time
    std::optional<std::chrono::seconds> delay{};   ///< not before it has passed; instead of `due`
    /// Ids of jobs that must end first. One that is not stored counts as met: enqueue parents before.
    std::vector<std::string> depends_on{};
    enum class OnFailure { stay, run } on_failed_dependency = OnFailure::stay;

    /// Id of the root of a tree of jobs. When a job of a tree fails for good, the members (the set
    /// keys::tree(), which the producer fills before) that have not started are canceled in the same step.
    /// '' : none.
    std::string tree{};

    /// At most `key_limit` jobs of a key run at a time, whatever their queues; the others wait for their turn
    /// without a slot. '' : no key.
    std::string key{};
    int key_limit = 1;

    /// The run that it works on: gets the receipt `rq:<function>` = job id. '' : none.
    std::string run_id{};
    /// single: refused while an earlier job of the same run and function is queued, started or scheduled.
    enum class Admission { any, single } admission = Admission::any;
};

/// A job on a run, as the tasks take them: function `freshet.<task>_rq`, the run id as first argument.
/// bad_input for a run id that is none (see rules/run_id.hpp).
Result<NewJob> job_for_run(std::string_view task, std::string_view run_id, std::string queue = "default");

/// Makes `child` a child of `parent`: the parent's meta names it, `jobs:<order>,func:<function>` = id, for
/// those who follow or cancel the tree (a second child of that order and function as `...-<id>`). Gives it an
/// id if it has none. What it waits for is another matter: depends_on.
void add_child(NewJob& parent, NewJob& child, int order);

/// bad_input says what is wrong with a job: an id, a queue's name, a run id, a number.
Result<> check_job(const NewJob& job);

/// What became of one NewJob.
struct Receipt {
    enum class What {
        queued,
        scheduled,
        deferred,
        already_running, ///< single flight: `job_id` is the job in the way
        id_taken,        ///< a job with that id is stored already: nothing was changed
    };
    What what = What::queued;
    std::string job_id;

    bool stored() const { return what == What::queued || what == What::scheduled || what == What::deferred; }
};

/// The result of a job that ended.
struct Ended {
    JobRecord job;
    boost::json::value value; ///< what the task returned; null for a failed job or none
};

} // namespace freshet::jobs
