#pragma once

#include "worker/runtime/task.hpp"

namespace freshet::worker {

/// The tasks of WEPP. run_wepp(runid) is a root job that enqueues the graph below it and returns at once:
///
///     order  task                       after
///     0      wepp_prep_slopes           -
///     0      wepp_prep_managements      -
///     0      wepp_prep_soils            -
///     0      wepp_prep_climates         -
///     0      wepp_prep_remaining        the four
///     1      wepp_plan_hillslopes       prep_remaining: enqueues wepp_hillslopes jobs, a chunk each
///     1      run_wepp_hillslopes        plan and all chunks: looks that all are there; timestamp
///     2      wepp_prep_watershed        run_wepp_hillslopes
///     2      wepp_hillslope_summaries   run_wepp_hillslopes
///     3      run_wepp_watershed         prep_watershed; timestamp
///     4      wepp_post                  run_wepp_watershed, hillslope_summaries
///     6      wepp_log_complete          all
///
/// The root's meta names them (`jobs:<order>,func:<name>` = id), the plan job's meta the chunks, and shows
/// `progress: {done, total, oldest, oldest_since}` of the hillslopes. All jobs go on the root's queue.
/// README.md beside this file says what each reads and writes.
void add_wepp_tasks(TaskTable& tasks);

} // namespace freshet::worker
