#pragma once

#include "worker/programs/climate/generator.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace freshet::climate {

struct ObservedDay {
    Date date;
    Observation observation{};
};

/// Reads a .prn file of daily observations: a line a day of six integers in columns of 5, `month day year
/// precipitation(0.01 inch) tmax(F) tmin(F)`, 9999 for what is missing, from a 1 January on without a gap.
/// Throws BadInput with file, line, expected and found; a file without any day is an error (CLIGEN would
/// write an empty .cli).
std::vector<ObservedDay> parse_prn(const std::vector<std::string>& lines, std::string_view origin);
std::vector<ObservedDay> read_prn(const std::filesystem::path& path);

} // namespace freshet::climate
