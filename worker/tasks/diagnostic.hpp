#pragma once

#include "worker/runtime/task.hpp"

namespace freshet::worker {

/// Tasks for smoke tests and benchmarks, on no run:
///   noop(...)       returns its arguments: a list, or {"args": [...], "kwargs": {...}} when there are
///   keyword arguments sleep(seconds)  0 to 86400, fractions allowed; returns the seconds fail(message) fails
///   with that message
void add_diagnostic_tasks(TaskTable& tasks);

} // namespace freshet::worker
