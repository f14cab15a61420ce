#pragma once

#include "rules/error.hpp"

#include <filesystem>

namespace freshet::worker {

/// What an abstraction came to.
struct AbstractionSummary {
    int hillslopes = 0;
    int channels = 0;
    double area_m2 = 0; ///< of hillslopes and channels
};

/// Whether what an abstraction program wrote into `folder` can be worked with; its exit code and words say
/// nothing of that:
///
///   hillslopes.csv, channels.csv  a heading and at least one line each; the columns topaz_id, slope_scalar,
///       length, width, aspect, area, elevation, centroid_x, centroid_y are there and hold finite numbers;
///       length, width and area above 0; no number twice; hillslopes end in 1, 2 or 3, channels in 4
///   each hillslope's channel is in channels.csv
///   network.txt    a line `channel|channel above,channel above` for each channel with others above it; all
///       drain to the one channel that is above none
///   slope_files/   hillslopes/hill_<id>.slp of each hillslope and channels.slp, not empty
///
/// The error names file, line, column, expected and found. Reads the tables: not for the I/O thread.
Result<AbstractionSummary> check_abstraction(const std::filesystem::path& folder);

} // namespace freshet::worker
