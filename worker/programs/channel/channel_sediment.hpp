#pragma once

#include "worker/programs/channel/channel_flow.hpp"
#include "worker/programs/model/particles.hpp"

namespace freshet::channel {

/// Water and sediment of one event in one channel.
struct SedimentInflow {
    double head_share = 0; ///< of the water, what enters at the top, 0..1
    double outflow_m3 = 0;
    double peak_m3s = 0; ///< of the outflow
    model::PerClass head_kg{};
    model::PerClass sides_kg{};
};

/// delivered = head + sides + detached - deposited, to rounding.
struct SedimentOutflow {
    double detached_kg = 0;
    double deposited_kg = 0;
    model::PerClass delivered_kg{};
};

/// Steady-state sediment continuity along the channel at the event's peak for the time that carries its
/// volume, as on the hillslopes but without rain: detachment k (tau - tau_c), capacity by Yalin, deposition
/// Vf / q (Tc - G). The shear on the soil is gamma R S (bare n / total n)^0.9. Detached bed material has the
/// composition of `bed`.
/// Source: Foster, Lane, Nowlin, Laflen & Young (1980) in CREAMS, USDA Conservation Research Report 26.
SedimentOutflow route_sediment(const Reach& reach, const model::Particles& bed, const SedimentInflow& inflow);

} // namespace freshet::channel
