#pragma once

#include "worker/runtime/task.hpp"

namespace freshet::worker {

/// build_climate(runid): makes the run's daily weather.
///
/// Reads `climate.nodb` (climate_settings.hpp), runs the configured CLIGEN-compatible program on the station
/// file in a scratch folder, believes it only after looking at what it wrote, publishes
/// `climate/<station>.cli` and `climate/cligen.log` by rename, and notes in `climate.nodb` what was built:
/// `cli` (path in the run), `cli_days`, `cli_program`. Other fields stay as they are. An earlier .cli stands
/// until then.
///
/// A picture of the months, `climate/climate.svg`, is published with it if freshet-climate is beside this
/// executable; one that cannot be drawn is a warning. A single storm has none. The picture of an earlier
/// climate does not stay.
///
/// Result: {"cli", "days", "plot" (path in the run, or null), "program", "wall_s", "cpu_s",
/// "peak_memory_kib"}. Fails as superseded if other weather is asked for by then.
void add_build_climate(TaskTable& tasks);

} // namespace freshet::worker
