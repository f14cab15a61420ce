#pragma once

#include "worker/runtime/task.hpp"

namespace freshet::worker {

/// set_outlet(runid[, x=, y=]): moves the outlet that was asked for to the nearest channel.
///
/// The position, metres in the projection of the elevations, is that of the keyword arguments x and y, which
/// then stand in `watershed.nodb` too, or else the field outlet there: {"x", "y"}. Runs the second step of
/// the abstraction program (README.md) on links to the files of `dem/channels`, and publishes
/// `dem/channels/outlet.json` and `set_outlet.log` there. Then `watershed.nodb` gets the field
/// `outlet_found`: {"x", "y", "drained_area_m2", "program"}. What was there before stands until then.
///
/// Result: that, and "wall_s", "cpu_s", "peak_memory_kib". Fails as superseded if there are other channels,
/// or another outlet is asked for, by then.
void add_set_outlet(TaskTable& tasks);

} // namespace freshet::worker
