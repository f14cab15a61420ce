#pragma once

#include "worker/programs/climate/calendar.hpp"
#include "worker/programs/climate/par.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::climate {

/// The CLIGEN whose format and flags this program speaks; WEPP decides by it how to read peak intensities.
inline constexpr std::string_view cligen_version = "5.32300";

/// A day of weather as a .cli file has it.
struct CliDay {
    Date date;
    double precipitation = 0;  ///< mm
    double duration = 0;       ///< of the storm, hours; 0 on dry days, like the next two
    double time_to_peak = 0;   ///< share of the duration
    double peak_ratio = 0;     ///< peak intensity over mean intensity
    double tmax = 0;           ///< deg C
    double tmin = 0;           ///< deg C
    double radiation = 0;      ///< Langley/day
    double wind_speed = 0;     ///< m/s
    double wind_direction = 0; ///< degrees clockwise from north
    double dew_point = 0;      ///< deg C
};

enum class CliMode {
    continuous = 1,
    single_storm = 2,
};

/// What stands above the days.
struct CliHeader {
    CliMode mode = CliMode::continuous;
    std::string station; ///< as the .par has it, at most 41 characters
    int seed = 0;
    int interpolation = 0;
    double latitude = 0;  ///< degrees
    double longitude = 0; ///< degrees
    double elevation = 0; ///< m
    int observed_years = 0;
    int first_year = 0;
    int years = 0;
    std::string command_line{};
    Monthly tmax{};          ///< observed monthly means, deg C
    Monthly tmin{};          ///< deg C
    Monthly radiation{};     ///< Langley/day
    Monthly precipitation{}; ///< mm a month
};

struct CliFile {
    CliHeader header;
    std::vector<CliDay> days{};
};

/// The text of a .cli file, to the column as CLIGEN 5.3 writes it for WEPP (no breakpoints, with wind): 15
/// heading lines, then one line a day. Format: "Climate input file", WEPP user summary, USDA-ARS 1995.
std::string format_cli(const CliFile& file);

/// Reads such a file strictly: column positions, decimals, one line a day without a gap, as many years as the
/// header says. A blank last line, which CLIGEN writes, is allowed. Throws BadInput with file, line, expected
/// and found.
CliFile parse_cli(const std::vector<std::string>& lines, std::string_view origin);
CliFile read_cli(const std::filesystem::path& path);

} // namespace freshet::climate
