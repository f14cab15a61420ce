#pragma once

#include "worker/runtime/task.hpp"

namespace freshet::worker {

/// build_channels(runid): flow directions and channels from the run's elevations.
///
/// Reads `watershed.nodb` (watershed_settings.hpp), runs the first step of the abstraction program
/// (README.md) in a scratch folder, and publishes `dem/channels/` as a whole (folder_swap.hpp), with the log
/// `build_channels.log`; an outlet of the channels before goes with them. Then `watershed.nodb` gets the
/// field `channel_network`: {"dir", "dem", "cells", "program"}. What was there before stands until then.
///
/// Result: {"dir", "dem", "cells", "program", "wall_s", "cpu_s", "peak_memory_kib"}; `cells` is the number of
/// channel cells. Fails if `watershed.nodb` was changed meanwhile by somebody else.
void add_build_channels(TaskTable& tasks);

} // namespace freshet::worker
