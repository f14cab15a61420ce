#pragma once

#include "prep/store/controller.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <variant>

namespace freshet::worker {

/// Years made from the station's statistics (`mode` generated, the default).
struct GeneratedWeather {
    int years = 0;      ///< 1 to 999
    int first_year = 1; ///< 1 to 9999; the last year is at most 9999 too
};

/// Days that were observed, with what is missing generated (`mode` observed).
struct ObservedWeather {
    std::filesystem::path file; ///< field observed: .prn file, relative to the run's folder and inside it
};

/// One day with one storm (`mode` single_storm).
struct SingleStorm {
    std::chrono::year_month_day date; ///< field date, "2005-06-15"
    double amount_mm = 0;             ///< field amount, 0.3 to 999.9
    double duration_h = 0;            ///< field duration, above 0 to 24
    double time_to_peak = 0;          ///< field time_to_peak, share of the duration, 0 to 1
    double peak_ratio = 0;            ///< field peak_ratio, peak over mean intensity, 1 to 999
};

/// What a run's climate controller (`climate.nodb`) asks for.
struct ClimateSettings {
    std::filesystem::path station; ///< .par file, relative to the run's folder and inside it
    std::variant<GeneratedWeather, ObservedWeather, SingleStorm> weather;
    std::optional<std::uint32_t> seed; ///< of the generator, 0 to 99999; nothing: the program's own
};

/// The fields that an execution of build_climate rests on.
inline constexpr std::array<std::string_view, 11> climate_inputs{"/station", "/seed", "/mode", "/years",
    "/first_year", "/observed", "/date", "/amount", "/duration", "/time_to_peak", "/peak_ratio"};

/// Reads the fields mode, station, seed and those of the mode; mode, seed and first_year may be absent.
/// Throws Failure (bad_input) that names the file, the field, what was expected and what was found.
ClimateSettings read_climate_settings(const prep::Controller& controller);

/// The first and the last day of a .prn file of observed days.
struct Days {
    std::chrono::sys_days first;
    std::chrono::sys_days last;
};
/// bad_input names file, line and what was expected; not_found. Reads the whole file.
Result<Days> days_of_prn(const std::filesystem::path& file);

} // namespace freshet::worker
