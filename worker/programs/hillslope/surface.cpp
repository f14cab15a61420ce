#include "worker/programs/hillslope/surface.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::hillslope {

double baseline_conductivity_mmh(const model::Soil& soil) {
    constexpr double smallest = 0.05;
    if (soil.effective_conductivity && *soil.effective_conductivity > 0) return *soil.effective_conductivity;
    const auto& top = soil.layers.front();
    if (top.conductivity) return std::max(smallest, *top.conductivity);
    if (top.clay > 0.4) return std::max(smallest, 0.0066 * std::exp(2.44 / top.clay));
    const double exchange = 11.46 * std::pow(std::max(1.0, top.cec), -0.75);
    return std::max(smallest, -0.265 + 0.0086 * std::pow(100 * top.sand, 1.8) + exchange);
}

double crust_factor(double sand, double clay, double bulk_density) {
    const double sc = 0.736 + 0.19 * sand;
    const double suction_cm = 45.19 - 46.68 * sc;
    const double wetted_cm = std::max(0.5, 14.7 - 15 * sand * sand - 0.03 * 100 * clay * bulk_density);
    return std::clamp(sc / (1 + suction_cm / wetted_cm), 0.2, 1.0);
}

double depression_storage_mm(double roughness_m, double slope) {
    const double rr = 100 * roughness_m;
    return std::max(0.0, 10 * (0.112 * rr + 0.031 * rr * rr - 0.012 * rr * 100 * slope));
}

} // namespace freshet::hillslope
