#pragma once

#include "worker/programs/watershed/grid.hpp"
#include "worker/programs/watershed/png.hpp"

namespace freshet::watershed {

/// Rows and columns [top, bottom) x [left, right) of a grid.
struct Window {
    int top = 0;
    int left = 0;
    int bottom = 0;
    int right = 0;

    int rows() const noexcept { return bottom - top; }
    int cols() const noexcept { return right - left; }
};

struct ElevationRange {
    float lowest = 0;
    float highest = 0;
};

/// Lowest and highest ground of the cells with a label.
ElevationRange elevation_range(const Elevations& elevations, const Labels& labels);

/// Colour of an elevation, from 0 (lowest) to 1 (highest), in full light.
Colour tint(double height);

/// Shaded relief of a window, lit from the north-west, coloured by elevation; cells without a label are
/// paled. A pixel is a cell, or the mean of a square of cells where the window has more than `most_pixels` on
/// a side.
Picture shaded_relief(
    const Elevations& elevations, const Labels& labels, const Window& window, int most_pixels);

} // namespace freshet::watershed
