#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <vector>

namespace freshet::model {

/// One point of a slope profile: distance from the top as a fraction of the length (0..1), slope in m/m.
struct SlopePoint {
    double distance;
    double slope;
};

/// One overland flow element, or one channel of a watershed.
struct SlopeSegment {
    double aspect_deg = 0;
    double width_m = 0;
    double length_m = 0;
    std::vector<SlopePoint> points; ///< at least two, from 0 to 1

    /// Slope in m/m at a fraction of the length; linear between the points.
    double slope_at(double distance) const;
    double mean_slope() const;
};

/// Reads a WEPP slope file (.slp 95.7 to 97.5): version, number of elements, then aspect and width (once for
/// a hillslope, before each element for channels), then for each element points, length and `distance, slope`
/// pairs. `Layout::channels` reads an aspect line for each element, `Layout::hillslope` one for all.
/// Errors: not_found, bad_input.
enum class SlopeLayout { hillslope, channels };
Result<std::vector<SlopeSegment>> read_slopes(const std::filesystem::path& path, SlopeLayout layout);

} // namespace freshet::model
