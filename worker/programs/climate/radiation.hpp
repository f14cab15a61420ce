#pragma once

#include "worker/programs/climate/calendar.hpp"

namespace freshet::climate {

/// Langley (cal/cm2) in one MJ/m2.
inline constexpr double langley_per_megajoule = 1 / 0.04184;

/// Radiation of the day above the atmosphere on a horizontal plane, Langley/day; 0 in the polar night.
/// Allen et al. 1998, "Crop evapotranspiration", FAO Irrigation and Drainage Paper 56, eq. 21-25.
double extraterrestrial_radiation(double latitude_degrees, int slot);

/// What reaches the ground under a clear sky, Langley/day: (0.75 + 2e-5 elevation) of the above (FAO-56,
/// eq. 37).
double clear_sky_radiation(double latitude_degrees, double elevation_m, int slot);

} // namespace freshet::climate
