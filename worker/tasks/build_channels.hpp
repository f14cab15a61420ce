#pragma once

#include "worker/runtime/task.hpp"

namespace freshet::worker {

/// build_channels(runid): flow directions and channels from the run's elevations.
///
/// Reads `watershed.nodb` (watershed_settings.hpp), runs the first step of the abstraction program
/// (README.md) in a scratch folder, and publishes `dem/channels/` as a whole (folder_swap.hpp), with the log
/// `build_channels.log`; an outlet of the channels before goes with them. Then `watershed.nodb` gets the
/// field `channel_network`: {"dir", "dem", "cells", "program", "execution"}, by which later steps know these
/// channels from others. What was there before stands until then.
///
/// Result: that, and "wall_s", "cpu_s", "peak_memory_kib"; `cells` is the number of channel cells. Fails as
/// superseded if other channels are asked for by then.
void add_build_channels(TaskTable& tasks);

} // namespace freshet::worker
