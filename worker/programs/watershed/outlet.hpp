#pragma once

#include "rules/error.hpp"
#include "worker/programs/watershed/grid.hpp"

namespace freshet::watershed {

/// A place asked for and the channel cell that it was moved to.
struct Outlet {
    Cell cell = 0;
    double asked_x = 0; ///< metres
    double asked_y = 0;
    double distance = 0; ///< metres between the place asked for and the cell's centre
};

/// How far from the place asked for a channel is looked for by default, in cells.
inline constexpr double default_snap_cells = 10;

/// The channel cell whose centre is nearest to a place (of equally near ones the one through which more
/// drains, then the first in rows from the north). bad_input if the place is outside the grid; not_found if
/// no channel is within `radius` metres, and then the message says how far the nearest one is.
Result<Outlet> snap_outlet(
    const Orders& orders, const Accumulation& accumulation, double x, double y, double radius);

} // namespace freshet::watershed
