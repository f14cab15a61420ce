#pragma once

#include "worker/programs/climate/cli.hpp"

#include <optional>
#include <string>

namespace freshet::climate {

/// Means over the months of all years.
struct MonthlyWeather {
    Monthly precipitation{}; ///< mm a month
    Monthly tmax{};          ///< deg C
    Monthly tmin{};          ///< deg C
};

/// A month's precipitation is counted by its days, so a month that is there in part does not look dry.
MonthlyWeather monthly_weather(const CliFile& file);
MonthlyWeather monthly_weather(const Station& station);

/// An SVG drawing, 860 x 640: tmax and tmin as lines above, precipitation as bars below, with the station's
/// figures beside them if given.
std::string plot_svg(const CliFile& file, const std::optional<MonthlyWeather>& station);

} // namespace freshet::climate
