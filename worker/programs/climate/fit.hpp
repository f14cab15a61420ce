#pragma once

#include "worker/programs/climate/calendar.hpp"
#include "worker/programs/climate/par.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace freshet::climate {

/// A day of a table of daily observations; what is missing is empty.
struct DailyRecord {
    Date date;
    std::optional<double> precipitation{}; ///< mm
    std::optional<double> tmax{};          ///< deg C
    std::optional<double> tmin{};          ///< deg C
    std::optional<double> wind{};          ///< daily mean speed, m/s
};

/// Reads a .csv with the columns `date` (YYYY-MM-DD, ascending), `precipitation` (mm), `temp_max` and
/// `temp_min` (C) and perhaps `wind` (m/s), in any order among others; an empty field is missing. Throws
/// BadInput with file, line, expected and found.
std::vector<DailyRecord> parse_daily_csv(const std::vector<std::string>& lines, std::string_view origin);
std::vector<DailyRecord> read_daily_csv(const std::filesystem::path& path);

/// What a table of daily observations cannot tell.
struct SiteFacts {
    std::string name = "UNNAMED STATION"; ///< at most 40 characters
    std::string id = "000000 0";
    double latitude = 0;
    double longitude = 0;
    double elevation = 0; ///< m
    int storm_type = 3;   ///< SCS: 1 I, 2 IA, 3 II, 4 III
    /// Hargreaves' coefficient: 0.16 inland, 0.19 at a coast (FAO-56, eq. 50).
    double radiation_coefficient = 0.16;
    /// How far the dew point lies below tmin, C: 0 in humid, 2 to 3 in arid climates (FAO-56,
    /// eq. 48, annex 6).
    double dew_point_depression = 0;
};

/// Statistics of daily observations.
///
/// Observed: precipitation (a wet day has more than 0 mm; sd with n - 1; skew with n / ((n - 1)(n - 2));
/// P(W/W) and P(W/D) of days whose day before is there too, by the month of the later day), tmax, tmin, and
/// wind speed. Wind direction is unknown: each of the 16 directions gets an equal share of the days that are
/// not calm (daily mean below 0.05 m/s) and the same speeds. A month without wind figures is calm.
///
/// Estimated, and said so in the notes of the .par:
/// - radiation of a day: k sqrt(tmax - tmin) Ra, at most clear sky (Hargreaves and Samani 1982; FAO-56,
///   eq. 50);
/// - dew point: tmin less the depression (FAO-56, eq. 48);
/// - MX .5P: twice the half-hour depth of the month's largest day, averaged over the years. A half hour
///   brings 0.79 of the largest hour (Hershfield 1961, US Weather Bureau Technical Paper 40). The largest
///   hour brings a share of the day that is assumed: 0.25 in months of 5 C and below (frontal rain), in a
///   straight line to 0.5 in months of 25 C and above (convective rain);
/// - TP5 and TP6: the same half-hour depth, and 0.75, of the largest day of the record;
/// - Time Pk: Huff's quartiles, 30, 36, 19 and 15 % of storms, even within each ("Time distribution of
///   rainfall in heavy storms", Water Resources Research 3, 1967).
///
/// Throws BadInput if a month has fewer than 2 days with both temperatures and precipitation.
Station fit_station(const std::vector<DailyRecord>& records, const SiteFacts& site);

} // namespace freshet::climate
