#pragma once

#include "worker/programs/watershed/channels.hpp"
#include "worker/programs/watershed/depressions.hpp"
#include "worker/programs/watershed/flow_accumulation.hpp"
#include "worker/programs/watershed/flow_direction.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace freshet::watershed {

inline constexpr float no_data = std::numeric_limits<float>::quiet_NaN();

/// Cells of 10 m; height(row, col) in metres.
template <class Height>
Elevations terrain(int rows, int cols, Height height) {
    Elevations elevations({rows, cols, 1000, 2000, 10}, no_data);
    for (int row = 0; row < rows; ++row) {
        for (int col = 0; col < cols; ++col)
            elevations.at(row, col) = static_cast<float>(height(row, col));
    }
    return elevations;
}

/// A number from 0 to 1 that depends on nothing but its arguments.
inline double noise(int row, int col, unsigned seed) {
    std::uint32_t bits = static_cast<std::uint32_t>(row) * 374761393U +
                         static_cast<std::uint32_t>(col) * 668265263U + seed * 2246822519U;
    bits = (bits ^ (bits >> 13)) * 1274126177U;
    return (bits ^ (bits >> 16)) / 4294967296.0;
}

/// Rough ground full of depressions, with a hole without data.
inline Elevations rough_ground(int rows, int cols, unsigned seed) {
    return terrain(rows, cols, [=](int row, int col) {
        const bool hole = std::hypot(row - rows / 3, col - cols / 2) < 3;
        return hole ? double(no_data)
                    : std::floor(20 * noise(row / 4, col / 4, seed) + 10 * noise(row, col, seed + 1));
    });
}

/// A V-shaped valley whose floor, one cell wide, falls to the south by 1 in 100; its sides fall by 1 in 5.
inline Elevations valley(int rows, int half_width) {
    return terrain(rows, 2 * half_width + 1,
        [=](int row, int col) { return 2.0 * std::abs(col - half_width) + 0.1 * (rows - row); });
}

/// Directions drawn as arrows on a keypad around 5 (9 northeast, 6 east ...); 0 leaves the grid, '.' no data.
inline Directions drawn(const std::vector<std::string_view>& rows) {
    constexpr Direction by_key[] = {
        leaves_grid, southwest, south, southeast, west, no_direction, east, northwest, north, northeast};
    Directions directions(
        {static_cast<int>(rows.size()), static_cast<int>(rows.front().size()), 0, 0, 10}, no_direction);
    for (int row = 0; row < directions.grid().rows; ++row) {
        for (int col = 0; col < directions.grid().cols; ++col) {
            const char key = rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(col)];
            if (key != '.') directions.at(row, col) = by_key[key - '0'];
        }
    }
    return directions;
}

/// Channels where the drawing has 'o', all of order 1.
inline Orders drawn_channels(const std::vector<std::string_view>& rows) {
    Orders orders({static_cast<int>(rows.size()), static_cast<int>(rows.front().size()), 0, 0, 10}, 0);
    for (int row = 0; row < orders.grid().rows; ++row) {
        for (int col = 0; col < orders.grid().cols; ++col) {
            orders.at(row, col) = rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(col)] == 'o';
        }
    }
    return orders;
}

} // namespace freshet::watershed
