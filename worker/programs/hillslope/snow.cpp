#include "worker/programs/hillslope/snow.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::hillslope {

double SnowPack::melt(double mean_temperature_c) {
    constexpr double degree_day_mm = 2.74;
    const double melt = std::clamp(degree_day_mm * mean_temperature_c, 0.0, water_mm_);
    water_mm_ -= melt;
    return melt;
}

double SnowPack::sublimate(double potential_mm) {
    const double taken = std::min(potential_mm, water_mm_);
    water_mm_ -= taken;
    return taken;
}

void GroundFrost::add_day(double mean_temperature_c, double snow_depth_mm) {
    const double k = mean_temperature_c > 0 ? 0.08 : 0.5;
    const double insulation = std::exp(-0.4 * k * snow_depth_mm / 10);
    index_ = std::max(0.0, 0.97 * index_ - mean_temperature_c * insulation);
}

} // namespace freshet::hillslope
