#pragma once

#include "worker/programs/watershed/grid.hpp"

#include <map>
#include <vector>

namespace freshet::watershed {

/// A corner of cells: row 0 is the grid's northern edge, column 0 its western one.
struct Corner {
    int row = 0;
    int col = 0;

    friend bool operator==(const Corner&, const Corner&) = default;
};

/// Corners where an outline turns, the cells on the right hand; the first is not repeated at the end.
using Ring = std::vector<Corner>;

struct Polygon {
    Ring outer;              ///< clockwise on the map
    std::vector<Ring> holes; ///< anticlockwise
};

/// Outlines of the cells with the same label, along the cells' edges; for each label one polygon for each
/// patch of cells that hang together by edges (patches that only touch at corners are polygons of their own).
/// Label 0 is background.
std::map<std::int32_t, std::vector<Polygon>> outlines(const Labels& labels);

} // namespace freshet::watershed
