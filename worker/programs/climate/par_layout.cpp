#include "worker/programs/climate/par_layout.hpp"

#include <fmt/format.h>

namespace freshet::climate {

const std::array<std::string_view, wind_directions> wind_direction_names{
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"};

namespace {

constexpr StationRow station_layout[] = {
    {{" MEAN P ", "", 2, 0, 99}, &Station::precipitation_mean},
    {{" S DEV P", "", 2, 0, 99}, &Station::precipitation_sd},
    {{" SKEW  P", "SQEW P", 2, -99, 99}, &Station::precipitation_skew},
    {{" P(W/W) ", "", 2, 0, 1}, &Station::wet_after_wet},
    {{" P(W/D) ", "", 2, 0, 1}, &Station::wet_after_dry},
    {{" TMAX AV", "", 2, -99, 150}, &Station::tmax_mean},
    {{" TMIN AV", "", 2, -99, 150}, &Station::tmin_mean},
    {{" SD TMAX", "", 2, 0, 99}, &Station::tmax_sd},
    {{" SD TMIN", "", 2, 0, 99}, &Station::tmin_sd},
    {{" SOL.RAD", "", 0, 0, 1200}, &Station::radiation_mean},
    {{" SD SOL ", "", 1, 0, 1200}, &Station::radiation_sd},
    {{" MX .5 P", "", 2, 0, 99}, &Station::half_hour_intensity},
    {{" DEW PT ", "", 2, -99, 150}, &Station::dew_point},
    {{"Time Pk ", "", 3, 0, 1}, &Station::time_to_peak},
};

constexpr WindRow wind_layout[] = {
    {{"% ", "", 2, 0, 100}, &WindSector::percent},
    {{"MEAN    ", "", 2, 0, 99}, &WindSector::mean},
    {{"STD DEV ", "", 2, 0, 99}, &WindSector::sd},
    {{"SKEW    ", "SQEW", 2, -99, 99}, &WindSector::skew},
};

constexpr StationRow calm_layout{{"CALM    ", "", 2, 0, 100}, &Station::calm};

} // namespace

std::span<const StationRow> station_rows() {
    return station_layout;
}

std::span<const WindRow> wind_rows() {
    return wind_layout;
}

std::string wind_label(const WindRow& row, std::size_t direction) {
    if (!row.row.label.starts_with('%')) return std::string(row.row.label);
    return fmt::format("% {:<6}", wind_direction_names[direction]);
}

const StationRow& calm_row() {
    return calm_layout;
}

} // namespace freshet::climate
