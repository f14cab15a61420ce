#include "worker/programs/climate/radiation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace freshet::climate {

namespace {

constexpr double solar_constant = 0.0820; // MJ/m2/min

/// The maths library's last bit differs between machines: rounding keeps it out of the results.
double rounded(double value) {
    return std::round(value * 1e4) / 1e4;
}

} // namespace

double extraterrestrial_radiation(double latitude_degrees, int slot) {
    using std::numbers::pi;
    const auto latitude = latitude_degrees * pi / 180;
    const auto angle = 2 * pi * (slot + 1) / 365;
    const auto inverse_distance = 1 + 0.033 * std::cos(angle);
    const auto declination = 0.409 * std::sin(angle - 1.39);
    const auto sunset = std::acos(std::clamp(-std::tan(latitude) * std::tan(declination), -1.0, 1.0));
    const auto megajoules = 24 * 60 / pi * solar_constant * inverse_distance *
                            (sunset * std::sin(latitude) * std::sin(declination) +
                                std::cos(latitude) * std::cos(declination) * std::sin(sunset));
    return rounded(std::max(0.0, megajoules) * langley_per_megajoule);
}

double clear_sky_radiation(double latitude_degrees, double elevation_m, int slot) {
    return (0.75 + 2e-5 * elevation_m) * extraterrestrial_radiation(latitude_degrees, slot);
}

} // namespace freshet::climate
