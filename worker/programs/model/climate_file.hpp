#pragma once

#include "rules/error.hpp"
#include "worker/programs/model/calendar.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace freshet::model {

/// One point of a measured storm: time in h since midnight, cumulative depth in mm.
struct Breakpoint {
    double time_h;
    double depth_mm;
};

/// One line a day of the climate file.
struct Weather {
    Date date;
    double precipitation_mm = 0;
    double duration_h = 0;     ///< of the storm; 0 on dry days and for breakpoint storms
    double time_to_peak = 0;   ///< fraction of the duration, 0..1
    double peak_intensity = 0; ///< peak over mean intensity, >= 1 on wet days
    double tmax_c = 0;
    double tmin_c = 0;
    double radiation_ly = 0; ///< Langleys a day
    double wind_ms = 0;
    double dew_point_c = 0;
    std::vector<Breakpoint> breakpoints{}; ///< empty unless the file holds measured storms
};

struct Climate {
    std::string station; ///< the file's station line, blanks trimmed
    int first_year = 1;
    std::vector<Weather> days; ///< whole years, without gaps

    int years() const { return days.empty() ? 0 : days.back().date.year - first_year + 1; }
};

/// Reads the first `years` years of a continuous CLIGEN climate file (.cli, format 4.x and 5.x), with CLIGEN
/// storms or with breakpoints. The file's heading may promise more than it holds: what counts is a line for
/// each day.
/// Errors: not_found; bad_input when a value is missing or out of range, when a day is missing, or when the
/// file holds fewer than `years` whole years.
Result<Climate> read_climate(const std::filesystem::path& path, int years);

} // namespace freshet::model
