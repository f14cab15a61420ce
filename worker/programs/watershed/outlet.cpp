#include "worker/programs/watershed/outlet.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace freshet::watershed {
namespace {

bool covers(const Grid& grid, double x, double y) {
    return x >= grid.west && x <= grid.west + grid.cols * grid.cell_size && y >= grid.south &&
           y <= grid.south + grid.rows * grid.cell_size;
}

} // namespace

Result<Outlet> snap_outlet(
    const Orders& orders, const Accumulation& accumulation, double x, double y, double radius) {
    const Grid& grid = orders.grid();
    if (!covers(grid, x, y)) {
        return Error{Errc::bad_input, fmt::format("outlet ({:.2f}, {:.2f}): expected a place inside the "
                                                  "grid, x {:.2f} to {:.2f}, y {:.2f} to {:.2f}",
                                          x, y, grid.west, grid.west + grid.cols * grid.cell_size, grid.south,
                                          grid.south + grid.rows * grid.cell_size)};
    }
    Outlet nearest{0, x, y, std::numeric_limits<double>::infinity()};
    for_each_cell(grid, [&](Cell cell) {
        if (orders[cell] == 0) return;
        const double distance = std::hypot(grid.x(cell) - x, grid.y(cell) - y);
        const bool nearer = distance < nearest.distance;
        if (!nearer && (distance > nearest.distance || accumulation[cell] <= accumulation[nearest.cell]))
            return;
        nearest.cell = cell;
        nearest.distance = distance;
    });
    if (nearest.cell == 0)
        return Error{Errc::not_found, "outlet: the grid has no channels: lower --csa or --mcl"};
    if (nearest.distance > radius) {
        return Error{Errc::not_found,
            fmt::format(
                "outlet ({:.2f}, {:.2f}): expected a channel within {:.2f} m, found the nearest at {:.2f} m, "
                "({:.2f}, {:.2f}): move the outlet or raise --radius",
                x, y, radius, nearest.distance, grid.x(nearest.cell), grid.y(nearest.cell))};
    }
    return nearest;
}

} // namespace freshet::watershed
