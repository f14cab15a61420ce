#include "worker/programs/hillslope/rill_hydraulics.hpp"

#include "worker/programs/model/constants.hpp"

#include <cmath>

namespace freshet::hillslope {

namespace {
constexpr double level = 1e-6;
}

double rill_width_m(double discharge_m3s) {
    return 1.13 * std::pow(discharge_m3s, 0.303);
}

RillFlow rill_flow(double discharge_m3s, double width_m, double slope, double friction) {
    if (discharge_m3s <= 0) return {};
    // The flow equation squared is h^3 = a (w + 2 h): convex, so Newton descends from a bound above the root.
    const double a =
        discharge_m3s * discharge_m3s * friction / (8 * model::gravity * slope * width_m * width_m * width_m);
    double h = std::cbrt(a * width_m) + std::sqrt(2 * a);
    for (int i = 0; i < 60; ++i) {
        const double step = (h * h * h - a * (width_m + 2 * h)) / (3 * h * h - 2 * a);
        h -= step;
        if (std::abs(step) <= 1e-13 * h) break;
    }
    return {h, width_m * h / (width_m + 2 * h)};
}

double soil_shear_pa(
    double discharge_m3s, double width_m, double slope, double friction, double grain_share) {
    if (slope < level) return 0;
    const auto flow = rill_flow(discharge_m3s, width_m, slope, friction);
    return model::specific_weight * flow.hydraulic_radius_m * slope * grain_share;
}

} // namespace freshet::hillslope
