#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::climate {

/// January .. December.
using Monthly = std::array<double, 12>;

inline constexpr std::size_t wind_directions = 16;

/// Clockwise from north in steps of 22.5 degrees, as the .par names them.
extern const std::array<std::string_view, wind_directions> wind_direction_names;

/// Wind from one direction.
struct WindSector {
    Monthly percent{}; ///< of the time, 0 .. 100
    Monthly mean{};    ///< m/s
    Monthly sd{};      ///< m/s
    Monthly skew{};
};

/// A station's statistics as a CLIGEN .par file holds them, in the file's own units.
struct Station {
    std::string name; ///< at most 41 characters, the first usually blank
    std::string id;   ///< columns 42-49: state number, station number, code, e.g. "101022 0"
    double latitude = 0;
    double longitude = 0;
    int years = 0;                 ///< of observation
    int storm_type = 0;            ///< SCS storm type: 1 I, 2 IA, 3 II, 4 III
    double elevation = 0;          ///< ft
    double half_hour_peak = 0;     ///< TP5: largest 30-minute precipitation, inch
    double six_hour_peak = 0;      ///< TP6: largest 6-hour precipitation, inch
    Monthly precipitation_mean{};  ///< of a wet day, inch
    Monthly precipitation_sd{};    ///< of wet days, inch
    Monthly precipitation_skew{};  ///< of wet days
    Monthly wet_after_wet{};       ///< P(W/W), 0 .. 1
    Monthly wet_after_dry{};       ///< P(W/D), 0 .. 1
    Monthly tmax_mean{};           ///< deg F
    Monthly tmin_mean{};           ///< deg F
    Monthly tmax_sd{};             ///< deg F
    Monthly tmin_sd{};             ///< deg F
    Monthly radiation_mean{};      ///< Langley/day
    Monthly radiation_sd{};        ///< Langley/day
    Monthly half_hour_intensity{}; ///< MX .5P: monthly maximum 30-minute intensity, inch/h
    Monthly dew_point{};           ///< deg F
    std::array<double, 12>
        time_to_peak{}; ///< share of storms that peak before 1/12, 2/12 .. 12/12 of their duration
    std::array<WindSector, wind_directions> wind{};
    Monthly calm{};                   ///< percent of the time, 0 .. 100
    std::vector<std::string> notes{}; ///< the lines after CALM as they are: where the figures come from
};

/// Reads the text of a .par file: 82 lines of fixed columns (numbers with or without leading zero), then
/// notes. Format: D. C. Flanagan, M. A. Nearing, J. G. Arnold, "Format of CLIGEN weather station statistics
/// input files", USDA-ARS, revised 2008. Labels are checked, blanks and case in them are not. Throws BadInput
/// that names `origin`, the line, what was expected and what was found.
Station parse_par(const std::vector<std::string>& lines, std::string_view origin);
Station read_par(const std::filesystem::path& path);

/// The text of a .par file, with the columns, decimals and missing leading zeros of the 2015 USDA station
/// set: reading such a file and writing it gives the same text.
std::string format_par(const Station& station);

} // namespace freshet::climate
