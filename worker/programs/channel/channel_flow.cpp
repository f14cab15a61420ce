#include "worker/programs/channel/channel_flow.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::channel {

namespace {

Flow triangular(const Reach& reach, double discharge) {
    const double z = reach.properties.side_slope;
    const double perimeter_per_depth = 2 * std::sqrt(1 + z * z);
    const double conveyance = std::sqrt(reach.slope) / reach.properties.total_manning * z *
                              std::pow(z / perimeter_per_depth, 2.0 / 3.0);
    Flow flow;
    flow.depth_m = std::pow(discharge / conveyance, 3.0 / 8.0);
    flow.area_m2 = z * flow.depth_m * flow.depth_m;
    flow.wetted_perimeter_m = perimeter_per_depth * flow.depth_m;
    flow.top_width_m = 2 * z * flow.depth_m;
    flow.velocity_ms = discharge / flow.area_m2;
    flow.celerity_ms = 4.0 / 3.0 * flow.velocity_ms;
    return flow;
}

/// Q (w + 2 y)^(2/3) n / S^(1/2) = (w y)^(5/3), by Newton on y from the depth of wide flow, which lies below
/// the root.
Flow rectangular(const Reach& reach, double discharge) {
    const double w = reach.width_m;
    const double unit = discharge * reach.properties.total_manning / std::sqrt(reach.slope);
    double y = std::pow(unit / w, 3.0 / 5.0);
    for (int i = 0; i < 60; ++i) {
        const double area = w * y;
        const double perimeter = w + 2 * y;
        const double carried = area * std::pow(area / perimeter, 2.0 / 3.0);
        const double growth = carried * (5.0 / 3.0 / y - 4.0 / 3.0 / perimeter);
        const double step = (unit - carried) / growth;
        y += step;
        if (std::abs(step) <= 1e-12 * y) break;
    }
    Flow flow;
    flow.depth_m = y;
    flow.area_m2 = w * y;
    flow.wetted_perimeter_m = w + 2 * y;
    flow.top_width_m = w;
    flow.velocity_ms = discharge / flow.area_m2;
    flow.celerity_ms = flow.velocity_ms * (5.0 / 3.0 - 4.0 / 3.0 * y / flow.wetted_perimeter_m);
    return flow;
}

} // namespace

Flow uniform_flow(const Reach& reach, double discharge_m3s) {
    return reach.properties.shape == Shape::triangular ? triangular(reach, discharge_m3s)
                                                       : rectangular(reach, discharge_m3s);
}

} // namespace freshet::channel
