#include "worker/programs/watershed/flow_direction.hpp"

#include "worker/programs/watershed/flats.hpp"

#include <cmath>

namespace freshet::watershed {
namespace {

Direction steepest_descent(
    const Elevations& elevations, const std::array<Cell, direction_count>& neighbours, Cell cell) {
    constexpr float diagonal = 0.70710678F;
    const float elevation = elevations[cell];
    Direction steepest = undecided;
    float descent = 0;
    bool at_edge = false;
    for (Direction direction = 0; direction < direction_count; ++direction) {
        const float drop = elevation - elevations[cell + neighbours[direction]];
        const float slope = is_diagonal(direction) ? drop * diagonal : drop;
        at_edge |= std::isnan(drop);
        if (slope > descent) { // never true for NaN, a neighbour without data
            descent = slope;
            steepest = direction;
        }
    }
    return steepest == undecided && at_edge ? leaves_grid : steepest;
}

} // namespace

Directions flow_directions(const Elevations& elevations) {
    const auto neighbours = elevations.grid().neighbours();
    Directions directions(elevations.grid(), no_direction);
    for_each_cell(elevations.grid(), [&](Cell cell) {
        if (std::isnan(elevations[cell])) return;
        directions[cell] = steepest_descent(elevations, neighbours, cell);
    });
    resolve_flats(elevations, directions);
    return directions;
}

} // namespace freshet::watershed
