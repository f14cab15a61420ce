#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace freshet::jobs {

/// What a job's hash says about trying again after a failure.
struct Retries {
    int left = 0;
    int done = 0;                                ///< attempts after the first
    std::vector<std::chrono::seconds> intervals; ///< RQ's `retry_intervals`; empty: the worker decides
};

/// From the fields `retries_left`, `retry_intervals` (JSON list) and `number_of_retries`. What cannot be read
/// counts as absent: no retries, no intervals, none done.
Retries to_retries(std::string_view left, std::string_view intervals, std::string_view done);

/// For jobs without intervals of their own: doubles with each attempt.
struct Backoff {
    std::chrono::seconds first{10};
    std::chrono::seconds longest{3'600};
};

/// How long a job that just failed waits for its next attempt; nothing if it has none left.
/// RQ's rule where the job has intervals: intervals[max(size - left, 0)]. Else min(first * 2^done, longest),
/// multiplied by `jitter`, a random number from 0.5 to 1 that keeps jobs that failed together apart.
std::optional<std::chrono::seconds> retry_delay(
    const Retries& retries, const Backoff& backoff, double jitter);

} // namespace freshet::jobs
