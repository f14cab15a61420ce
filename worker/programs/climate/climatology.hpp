#pragma once

#include "worker/programs/climate/interpolation.hpp"
#include "worker/programs/climate/par.hpp"
#include "worker/programs/climate/skewed.hpp"

#include <vector>

namespace freshet::climate {

inline constexpr double millimetres_per_inch = 25.4;
inline constexpr double metres_per_foot = 0.3048;

inline double celsius(double fahrenheit) {
    return (fahrenheit - 32) / 1.8;
}
inline double fahrenheit(double celsius) {
    return celsius * 1.8 + 32;
}

/// A wet day has at least 0.01 inch; 0.3 mm is how one decimal of a millimetre shows it.
inline constexpr double least_precipitation = 0.3;

/// Wet days of a month, by the long-run share of a two-state Markov chain: P(W/D) / (1 - P(W/W) + P(W/D)).
double wet_share(double wet_after_wet, double wet_after_dry);
Monthly expected_wet_days(const Station& station);

/// What .cli headers call the observed monthly averages: deg C, and mm a month (February of 28 days).
Monthly monthly_celsius(const Monthly& fahrenheit_values);
Monthly monthly_precipitation(const Station& station);

/// The distributions a day is drawn from, in mm, deg C and Langley/day.
struct DayClimate {
    double wet_after_wet = 0;
    double wet_after_dry = 0;
    ClampedSkewed precipitation; ///< of a wet day, at least `least_precipitation`
    double steady_mean = 0;      ///< of the steadier of tmax and tmin: the one with the smaller sd
    double steady_sd = 0;
    bool tmin_is_steady = true;
    ClampedSkewed range;         ///< tmax - tmin, at least 0.2
    double dew_point_offset = 0; ///< mean of the dew point less mean of the steadier temperature
    double dew_point_sd = 0;     ///< of that offset
    ClampedSkewed radiation;     ///< between 5 % of the clear-sky radiation and all of it
};

/// One DayClimate for each day of a leap year.
///
/// Temperatures as in CLIGEN since 5.2253 (C. R. Meyer, release notes of January 2004): the one with the
/// smaller sd is normal with its own mean and sd; the other is it plus (minus) a normal difference whose sd
/// is the root of the difference of the variances. Both keep their mean and sd, and tmin < tmax. The dew
/// point follows the steadier one in the same way with the mean of both sds. Days are independent of each
/// other, as in CLIGEN: a .par holds no day-to-day correlation of temperatures.
std::vector<DayClimate> daily_climate(const Station& station, Interpolation interpolation);

} // namespace freshet::climate
