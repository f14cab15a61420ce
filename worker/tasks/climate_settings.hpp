#pragma once

#include "rules/error.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace freshet::worker {

/// What a run's climate controller (`climate.nodb`) asks for.
struct ClimateSettings {
    std::filesystem::path station;     ///< .par file, relative to the run's folder and inside it
    int years = 0;                     ///< 1 to 999
    int first_year = 1;                ///< 1 to 9999; the last year is at most 9999 too
    std::optional<std::uint32_t> seed; ///< of the generator; nothing: the program's own

    int last_year() const { return first_year + years - 1; }
};

/// Reads the fields station, years, first_year and seed; the last two may be absent. bad_input names `file`,
/// the field, what was expected and what was found.
Result<ClimateSettings> read_climate_settings(const boost::json::object& controller, std::string_view file);

} // namespace freshet::worker
