#include "worker/programs/watershed/flow_direction.hpp"

#include "tests/worker/watershed/terrain.hpp"

#include <boost/test/unit_test.hpp>

#include <numbers>
#include <stdexcept>

namespace freshet::watershed::tests {
namespace {

struct Tilt {
    double per_row;
    double per_col;
    Direction expected;
};

constexpr Tilt tilts[] = {{0, -1, east}, {-1, -1, southeast}, {-1, 0, south}, {-1, 1, southwest},
    {0, 1, west}, {1, 1, northwest}, {1, 0, north}, {1, -1, northeast}};

/// Cells from here to where the water leaves the grid, at most `limit`.
int steps_out(const Directions& directions, Cell cell, int limit) {
    const auto neighbours = directions.grid().neighbours();
    int steps = 0;
    for (; directions[cell] != leaves_grid && steps < limit; ++steps)
        cell += neighbours[directions[cell]];
    return steps;
}

} // namespace

BOOST_AUTO_TEST_SUITE(flow_direction)

BOOST_AUTO_TEST_CASE(a_plane_drains_down_its_tilt) {
    for (const Tilt& tilt : tilts) {
        const Elevations plane =
            terrain(9, 12, [&](int row, int col) { return 50 + tilt.per_row * row + tilt.per_col * col; });
        const Directions directions = flow_directions(plane);
        for (int row = 1; row < 8; ++row) {
            for (int col = 1; col < 11; ++col)
                BOOST_REQUIRE_EQUAL(directions.at(row, col), tilt.expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cone_drains_away_from_its_top) {
    const Elevations cone =
        terrain(61, 61, [](int row, int col) { return 500 - std::hypot(row - 30, col - 30); });
    const Directions directions = flow_directions(cone);
    for_each_cell(cone.grid(), [&](Cell cell) {
        const int row = cone.grid().row(cell);
        const int col = cone.grid().col(cell);
        if (std::hypot(row - 30, col - 30) < 5 || row % 60 == 0 || col % 60 == 0) return;
        const double outward =
            std::atan2(row - 30, col - 30) * 4 / std::numbers::pi; // eighths, clockwise from east
        const double off = std::abs(std::remainder(outward - directions[cell], 8));
        BOOST_REQUIRE_MESSAGE(
            off < 0.6, "row " << row << " column " << col << " drains " << off * 45 << " degrees off");
    });
}

BOOST_AUTO_TEST_CASE(a_flat_drains_to_its_one_exit_by_the_shortest_way) {
    const Elevations flat = terrain(21, 31, [](int row, int col) {
        if (row == 10 && col == 0) return 4.0;
        return row == 0 || row == 20 || col == 0 || col == 30 ? 9.0 : 5.0;
    });
    const Directions directions = flow_directions(flat);
    for (int row = 1; row < 20; ++row) {
        for (int col = 1; col < 30; ++col) {
            const int steps = steps_out(directions, flat.grid().cell(row, col), 1000);
            BOOST_REQUIRE_MESSAGE(steps == std::max(col, std::abs(row - 10)),
                "row " << row << " column " << col << ": " << steps);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_flat_between_walls_drains_along_its_middle) {
    const Elevations corridor = terrain(9, 30, [](int row, int col) {
        return row == 0 || row == 8 || col == 29 ? 9.0 : col == 0 ? 4.0 : 5.0;
    });
    const Accumulation accumulation = flow_accumulation(flow_directions(corridor));
    for (int row = 1; row < 8; ++row)
        BOOST_CHECK_LE(accumulation.at(row, 6), accumulation.at(4, 6));
    BOOST_CHECK_GT(accumulation.at(4, 6), 7 * 20 / 2);
}

BOOST_AUTO_TEST_CASE(every_cell_of_rough_ground_drains_to_the_edge_and_never_upwards) {
    for (const Conditioning how : {Conditioning::fill, Conditioning::breach}) {
        for (unsigned seed = 1; seed <= 10; ++seed) {
            Elevations ground = rough_ground(60, 50, seed);
            remove_depressions(ground, how);
            const Directions directions = flow_directions(ground);
            const auto neighbours = ground.grid().neighbours();
            for_each_cell(ground.grid(), [&](Cell cell) {
                BOOST_REQUIRE_EQUAL(directions[cell] == no_direction, std::isnan(ground[cell]));
                if (directions[cell] == no_direction) return;
                BOOST_REQUIRE_LT(steps_out(directions, cell, 60 * 50), 60 * 50);
                if (directions[cell] == leaves_grid) return;
                BOOST_REQUIRE_LE(ground[cell + neighbours[directions[cell]]], ground[cell]);
            });
        }
    }
}

BOOST_AUTO_TEST_CASE(a_depression_that_was_not_removed_is_a_bug_of_the_caller) {
    const Elevations pit = terrain(5, 5, [](int row, int col) { return row == 2 && col == 2 ? 1 : 2; });
    BOOST_CHECK_THROW(flow_directions(pit), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
