#pragma once

#include "worker/programs/hillslope/infiltration.hpp"

#include <vector>

namespace freshet::hillslope {

/// The slope as a plane: q = alpha h^1.5.
struct Plane {
    double length_m = 0;
    double alpha = 0; ///< m^0.5/s
};

/// Peak of the runoff at the foot of the plane in m/s (discharge over length) under rainfall excess that
/// varies in time. Kinematic wave solved along its characteristics: on the one that leaves the top at t0 the
/// depth is the excess since t0, and the peak is the deepest that arrives at the foot. Exact for each
/// characteristic; departures are taken at 64 instants of each spell of excess. Constant excess gives
/// equilibrium, or partial equilibrium alpha V^1.5 / L.
/// Source: Wooding (1965), J. Hydrol. 3, 254-267; Stone, Lane & Shirley (1992), Trans. ASAE 35(1), 161-169.
double peak_runoff_ms(const std::vector<ExcessStep>& excess, const Plane& plane);

/// Time to equilibrium in s under a constant excess in m/s: (L / (alpha v^0.5))^(2/3).
/// Source: Henderson & Wooding (1964), J. Geophys. Res. 69(8), 1531-1540.
double equilibrium_time_s(double excess_ms, const Plane& plane);

} // namespace freshet::hillslope
