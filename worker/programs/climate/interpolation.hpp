#pragma once

#include "worker/programs/climate/calendar.hpp"
#include "worker/programs/climate/par.hpp"

#include <array>

namespace freshet::climate {

/// How a day's statistics come from the monthly ones: CLIGEN's flag -I.
enum class Interpolation {
    none = 0,            ///< the month's value on each of its days
    linear = 1,          ///< straight lines between the middles of the months
    fourier = 2,         ///< the trigonometric polynomial through the middles of the months
    mean_preserving = 3, ///< smooth, and the mean over each month's days is the month's value
};

/// A value for each day of a leap year.
using Daily = std::array<double, slots_in_year>;

/// The year closes on itself: 31 December is followed by 1 January. Values are kept within [least, most],
/// which the wave of -I2 may overshoot; -I3 then gives up the mean of that month. Of -I3: M. D. Rymes and D.
/// R. Myers, "Mean preserving algorithm for smoothly interpolating averaged data", Solar Energy 71 (2001),
/// 225-231.
Daily interpolate(const Monthly& monthly, Interpolation kind, double least, double most);

} // namespace freshet::climate
