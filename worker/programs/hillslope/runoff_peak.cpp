#include "worker/programs/hillslope/runoff_peak.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::hillslope {

namespace {

constexpr int departures_per_spell = 64;

struct Spell {
    double duration_s;
    double depth_m;
};

std::vector<Spell> spells_of(const std::vector<ExcessStep>& steps) {
    std::vector<Spell> spells;
    spells.reserve(steps.size());
    for (const auto& step : steps)
        if (step.duration_h > 0) spells.push_back({step.duration_h * 3600, step.excess_mm / 1000});
    return spells;
}

double power_1_5(double h) {
    return h * std::sqrt(h);
}

/// The depth with which a characteristic reaches the foot that leaves the top after the part `fraction` of
/// spell `first`. If it is still on its way when the excess ends, it arrives later with the depth that it has
/// then.
double arrival_depth_m(
    const std::vector<Spell>& spells, std::size_t first, double fraction, const Plane& plane) {
    double depth = 0;
    double left = plane.length_m;
    for (std::size_t i = first; i < spells.size(); ++i) {
        const double share = i == first ? 1 - fraction : 1;
        const double gain = spells[i].depth_m * share;
        const double duration = spells[i].duration_s * share;
        if (duration <= 0) continue;
        const double rate = gain / duration;
        const double end = depth + gain;
        // dx = alpha 1.5 h^0.5 dt, and dt = dh / rate while it rains
        const double advance = rate > 0 ? plane.alpha * (power_1_5(end) - power_1_5(depth)) / rate
                                        : 1.5 * plane.alpha * std::sqrt(depth) * duration;
        if (advance >= left) {
            if (rate <= 0) return depth;
            return std::pow(power_1_5(depth) + left * rate / plane.alpha, 2.0 / 3.0);
        }
        left -= advance;
        depth = end;
    }
    return depth;
}

} // namespace

double peak_runoff_ms(const std::vector<ExcessStep>& excess, const Plane& plane) {
    const auto spells = spells_of(excess);
    double deepest = 0;
    for (std::size_t i = 0; i < spells.size(); ++i) {
        if (spells[i].depth_m <= 0) continue;
        for (int k = 0; k < departures_per_spell; ++k)
            deepest = std::max(
                deepest, arrival_depth_m(spells, i, static_cast<double>(k) / departures_per_spell, plane));
    }
    return plane.alpha * power_1_5(deepest) / plane.length_m;
}

double equilibrium_time_s(double excess_ms, const Plane& plane) {
    return std::pow(plane.length_m / (plane.alpha * std::sqrt(excess_ms)), 2.0 / 3.0);
}

} // namespace freshet::hillslope
