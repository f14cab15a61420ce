#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace freshet::watershed {

/// A cell's place in every raster of one grid. Rasters carry a border of one cell outside the data on all
/// four sides, so each data cell has eight neighbours and no loop over neighbours asks about the edge.
using Cell = std::uint32_t;

/// One of the eight neighbours, clockwise from east; odd ones are diagonal. As the value of a flow direction
/// raster also one of the codes below.
using Direction = std::uint8_t;
enum : Direction { east, southeast, south, southwest, west, northwest, north, northeast };

/// The cell drains out of the grid, over its edge or into cells without data.
inline constexpr Direction leaves_grid = 8;
/// Not yet known: a cell on a flat before the flats are resolved.
inline constexpr Direction undecided = 9;
/// No data here.
inline constexpr Direction no_direction = 255;

inline constexpr Direction direction_count = 8;

constexpr bool is_diagonal(Direction direction) noexcept {
    return direction % 2 == 1;
}
constexpr Direction opposite(Direction direction) noexcept {
    return direction ^ 4;
}

/// Eighths of a turn from `from` to `to`, clockwise on the map: 0..7.
constexpr int clockwise_turn(Direction from, Direction to) noexcept {
    return (to - from + 8) % 8;
}

/// Size and place of a raster: square cells, row 0 in the north, column 0 in the west.
struct Grid {
    int rows = 0;
    int cols = 0;
    double west = 0;      ///< x of the western edge, metres
    double south = 0;     ///< y of the southern edge, metres
    double cell_size = 1; ///< metres

    friend bool operator==(const Grid&, const Grid&) = default;

    /// Entries of a raster with its border. A grid whose size does not fit into a Cell is refused when read.
    std::size_t size() const noexcept {
        return (static_cast<std::size_t>(rows) + 2) * (static_cast<std::size_t>(cols) + 2);
    }
    Cell stride() const noexcept { return static_cast<Cell>(cols) + 2; }
    Cell cell(int row, int col) const noexcept {
        return (static_cast<Cell>(row) + 1) * stride() + static_cast<Cell>(col) + 1;
    }
    int row(Cell cell) const noexcept { return static_cast<int>(cell / stride()) - 1; }
    int col(Cell cell) const noexcept { return static_cast<int>(cell % stride()) - 1; }
    bool contains(int row, int col) const noexcept {
        return row >= 0 && row < rows && col >= 0 && col < cols;
    }

    /// Centre of a cell, metres.
    double x(Cell cell) const noexcept { return west + (col(cell) + 0.5) * cell_size; }
    double y(Cell cell) const noexcept { return south + (rows - row(cell) - 0.5) * cell_size; }

    double cell_area() const noexcept { return cell_size * cell_size; }
    /// Metres from a cell's centre to that neighbour's.
    double step_length(Direction direction) const noexcept {
        constexpr double diagonal = 1.4142135623730951;
        return is_diagonal(direction) ? cell_size * diagonal : cell_size;
    }
    /// Add one of these to a cell (modulo 2^32) to get its neighbour in that direction.
    std::array<Cell, direction_count> neighbours() const noexcept {
        const Cell down = stride();
        return {
            1, down + 1, down, down - 1, Cell(0) - 1, Cell(0) - down - 1, Cell(0) - down, Cell(0) - down + 1};
    }
};

/// Values of a grid's cells, row by row, with the border. Indexed by Cell.
template <class T>
class Raster {
public:
    Raster(const Grid& grid, T value) : grid_(grid), values_(grid.size(), value) {}

    const Grid& grid() const noexcept { return grid_; }
    T& operator[](Cell cell) noexcept { return values_[cell]; }
    const T& operator[](Cell cell) const noexcept { return values_[cell]; }
    T& at(int row, int col) noexcept { return values_[grid_.cell(row, col)]; }
    const T& at(int row, int col) const noexcept { return values_[grid_.cell(row, col)]; }

private:
    Grid grid_;
    std::vector<T> values_;
};

/// Metres above some datum; NaN where there is no data, and on the border.
using Elevations = Raster<float>;
using Directions = Raster<Direction>;
/// Cells that drain through a cell, itself included; 0 where there is no data.
using Accumulation = Raster<std::uint32_t>;
/// Strahler order of channel cells; 0 elsewhere.
using Orders = Raster<std::uint8_t>;
/// Subcatchment numbers (see network.hpp); 0 outside the basin.
using Labels = Raster<std::int32_t>;

/// Calls visit(cell) for each cell of the grid, row by row, without the border.
template <class Visit>
void for_each_cell(const Grid& grid, Visit visit) {
    for (int row = 0; row < grid.rows; ++row) {
        const Cell first = grid.cell(row, 0);
        for (Cell cell = first; cell < first + static_cast<Cell>(grid.cols); ++cell)
            visit(cell);
    }
}

} // namespace freshet::watershed
