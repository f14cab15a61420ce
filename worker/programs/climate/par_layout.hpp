#pragma once

#include "worker/programs/climate/par.hpp"

#include <span>

namespace freshet::climate {

/// One line of twelve numbers of a .par file: an 8-column label, then twelve 6-column numbers.
struct ParRow {
    std::string_view label;     ///< as it is written, 8 columns
    std::string_view old_label; ///< another spelling that files have, or empty
    int decimals;               ///< as it is written; 0 keeps the dot: "131."
    double least;
    double most;
};

struct StationRow {
    ParRow row;
    Monthly Station::*values;
};

struct WindRow {
    ParRow row;
    Monthly WindSector::*values;
};

/// Lines 4 .. 17.
std::span<const StationRow> station_rows();

/// Lines 18 .. 81 are these four for each direction; the first label is completed by the name.
std::span<const WindRow> wind_rows();
std::string wind_label(const WindRow& row, std::size_t direction);

/// Line 82.
const StationRow& calm_row();

} // namespace freshet::climate
