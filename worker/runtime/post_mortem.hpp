#pragma once

#include "jobs/queue/death.hpp"
#include "jobs/queue/work_queue.hpp"
#include "worker/runtime/execution.hpp"

#include <chrono>
#include <optional>

/// What is recorded of an execution that did not finish.
namespace freshet::worker {

/// Whether a failure may go away by itself:
///
/// | again | because |
/// | --- | --- |
/// | bad_input, not_found: no | the job, its run or its settings must be changed first |
/// | conflict, stale, lease_lost | somebody else was at work on the run |
/// | unavailable, unknown_fate | Redis or a file system was away |
/// | timed_out | the machine may have been busy |
/// | canceled | kill-horse: RQ tries such a job again as well (a stop by an operator is none) |
/// | refused | a program failed: memory, disk and licences come and go |
/// | internal | a bug, perhaps a race |
bool is_worth_a_retry(Errc code);

/// When the failed job is tried again by its own count and intervals (jobs::retry_delay()); nothing: never.
std::optional<std::chrono::seconds> retry_after(const Execution& execution, const Error& error);

/// Finished, failed or, if an operator asked for it, stopped.
jobs::Completion::Outcome outcome_of(const Execution& execution, const std::optional<Error>& error);

/// Why it was stopped, with what is known of the child that ran then: it tells more than whatever broke in
/// the task when it was cancelled. Nothing if it was not stopped, or stopped without a trace in the record.
std::optional<Error> error_of_stop(const Execution& execution);

jobs::Death death_of(const Execution& execution, const Error& error);

/// The error, then where and under which execution it happened: RQ's `exc_info`.
std::string error_text(const Execution& execution, const Error& error);

} // namespace freshet::worker
