#include "worker/programs/hillslope/storm.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::hillslope {

namespace {

constexpr int steps = 10;

/// The positive root u of 1 - exp(-u) = u / peak; 0 for a peak of 1.
double limb_exponent(double peak) {
    if (peak <= 1 + 1e-9) return 0;
    double low = 0;
    double high = peak; // 1 - exp(-peak) < 1 = peak / peak
    for (int i = 0; i < 80; ++i) {
        const double middle = 0.5 * (low + high);
        (-std::expm1(-middle) > middle / peak ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

/// Time within a rising limb of unit length at which the part `depth` (0..1) of its depth has fallen.
double rising_limb_time(double depth, double exponent) {
    if (exponent == 0) return depth;
    return 1 + std::log(depth - (depth - 1) * std::exp(-exponent)) / exponent;
}

/// The falling limb is the rising one seen in a mirror.
double time_of_depth(double depth, double time_to_peak, double exponent) {
    if (depth <= time_to_peak) return time_to_peak * rising_limb_time(depth / time_to_peak, exponent);
    const double left = (1 - depth) / (1 - time_to_peak);
    return 1 - (1 - time_to_peak) * rising_limb_time(left, exponent);
}

std::vector<RainStep> between(const std::vector<model::Breakpoint>& breakpoints) {
    std::vector<RainStep> storm;
    for (std::size_t i = 1; i < breakpoints.size(); ++i) {
        const double duration = breakpoints[i].time_h - breakpoints[i - 1].time_h;
        const double depth = breakpoints[i].depth_mm - breakpoints[i - 1].depth_mm;
        if (duration > 0)
            storm.push_back({duration, depth});
        else if (depth > 0)
            storm.push_back({1.0 / 60, depth}); // a jump in the record: within a minute
    }
    return storm;
}

} // namespace

std::vector<RainStep> disaggregate(
    double depth_mm, double duration_h, double time_to_peak, double peak_intensity) {
    const double peak_time = std::clamp(time_to_peak, 0.01, 0.99);
    const double exponent = limb_exponent(peak_intensity);
    std::vector<RainStep> storm;
    storm.reserve(steps);
    double start = 0;
    for (int i = 1; i <= steps; ++i) {
        const double end =
            i == steps ? 1 : time_of_depth(static_cast<double>(i) / steps, peak_time, exponent);
        storm.push_back({(end - start) * duration_h, depth_mm / steps});
        start = end;
    }
    return storm;
}

std::vector<RainStep> storm_of(const model::Weather& day) {
    if (!day.breakpoints.empty()) return between(day.breakpoints);
    if (day.precipitation_mm <= 0) return {};
    return disaggregate(day.precipitation_mm, day.duration_h, day.time_to_peak, day.peak_intensity);
}

} // namespace freshet::hillslope
