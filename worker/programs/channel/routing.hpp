#pragma once

#include "worker/programs/channel/channel_flow.hpp"
#include "worker/programs/channel/hydrograph.hpp"

namespace freshet::channel {

/// Routes an event through a channel: a cascade of equal linear reservoirs, each as long as the
/// characteristic length Q / (B S c) and with the wave's travel time over it, which is Muskingum-Cunge with a
/// weight of zero. The reference flow is the largest inflow. Each reservoir is solved implicitly, so no flow
/// is ever negative, and the outflow's volume is the inflow's to rounding: the last billionth in storage
/// joins the last step. `head` enters at the top, `sides` evenly along the channel. Losses into the bed and
/// rain on the channel are not modelled.
/// Source: Kalinin & Milyukov (1957); Cunge (1969), J. Hydraul. Res. 7(2), 205-230.
Hydrograph route(const Reach& reach, const Hydrograph& head, const Hydrograph& sides);

} // namespace freshet::channel
