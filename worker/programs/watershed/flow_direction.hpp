#pragma once

#include "worker/programs/watershed/grid.hpp"

namespace freshet::watershed {

/// D8 (O'Callaghan and Mark 1984): each cell drains to the neighbour with the steepest descent (drop over
/// distance). Of neighbours with exactly the same descent the first clockwise from east is taken. A cell with
/// no lower neighbour at the edge of the data leaves the grid; others lie on flats and get their direction
/// from resolve_flats(). Expects elevations without depressions.
Directions flow_directions(const Elevations& elevations);

} // namespace freshet::watershed
