#pragma once

#include "worker/programs/channel/channel_file.hpp"

namespace freshet::channel {

/// A channel as the model uses it.
struct Reach {
    ChannelProperties properties;
    double length_m = 0;
    double width_m = 0; ///< of the bed; only for rectangular channels
    double slope = 0;   ///< mean, m/m, > 0
};

/// Uniform flow.
struct Flow {
    double depth_m = 0;
    double area_m2 = 0;
    double wetted_perimeter_m = 0;
    double top_width_m = 0;
    double velocity_ms = 0;
    double celerity_ms = 0; ///< of the kinematic wave, dQ/dA

    double hydraulic_radius_m() const { return area_m2 / wetted_perimeter_m; }
};

/// Manning's equation Q = A R^(2/3) S^(1/2) / n solved for the depth; `discharge_m3s` above 0. Celerity:
/// dQ/dA = (dQ/dy) / top width, 4/3 of the velocity for a triangle.
/// Source: Chow (1959), Open-Channel Hydraulics; Lighthill & Whitham (1955), Proc. R. Soc. A 229, 281-316.
Flow uniform_flow(const Reach& reach, double discharge_m3s);

} // namespace freshet::channel
