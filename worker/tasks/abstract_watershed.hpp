#pragma once

#include "worker/runtime/task.hpp"

namespace freshet::worker {

/// abstract_watershed(runid): hillslopes and channels above the outlet, as WEPP sees them.
///
/// Runs the third step of the abstraction program (README.md) on `dem/channels` into a scratch folder,
/// believes it only after reading its tables (abstraction_check.hpp), and publishes `watershed/` as a whole
/// (folder_swap.hpp), with the log `abstract_watershed.log`. Then `watershed.nodb` gets the field
/// `abstraction`: {"dir", "hillslopes", "channels", "area_m2", "program"}. What was there before stands until
/// then.
///
/// Result: that, and "wall_s", "cpu_s", "peak_memory_kib". Fails as superseded if there are other channels or
/// another outlet by then.
void add_abstract_watershed(TaskTable& tasks);

} // namespace freshet::worker
