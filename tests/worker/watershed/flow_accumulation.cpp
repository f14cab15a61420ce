#include "worker/programs/watershed/flow_accumulation.hpp"

#include "tests/worker/watershed/terrain.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::watershed::tests {

BOOST_AUTO_TEST_SUITE(flow_accumulation)

BOOST_AUTO_TEST_CASE(on_a_plane_each_row_adds_up_by_itself) {
    const Elevations plane = terrain(6, 9, [](int, int col) { return 20 - col; });
    const Accumulation accumulation = freshet::watershed::flow_accumulation(flow_directions(plane));
    for (int row = 0; row < 6; ++row) {
        for (int col = 0; col < 9; ++col)
            BOOST_CHECK_EQUAL(accumulation.at(row, col), col + 1);
    }
}

BOOST_AUTO_TEST_CASE(in_a_valley_each_row_joins_the_floor) {
    const Accumulation accumulation = freshet::watershed::flow_accumulation(flow_directions(valley(20, 7)));
    for (int row = 0; row < 20; ++row) {
        BOOST_CHECK_EQUAL(accumulation.at(row, 0), 1);
        BOOST_CHECK_EQUAL(accumulation.at(row, 6), 7);
        BOOST_CHECK_EQUAL(accumulation.at(row, 7), 15 * (row + 1));
    }
}

BOOST_AUTO_TEST_CASE(what_leaves_the_grid_is_all_there_is) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        Elevations ground = rough_ground(60, 50, seed);
        fill_depressions(ground);
        const Directions directions = flow_directions(ground);
        const Accumulation accumulation = freshet::watershed::flow_accumulation(directions);
        std::uint64_t cells = 0;
        std::uint64_t leaving = 0;
        for_each_cell(ground.grid(), [&](Cell cell) {
            cells += !std::isnan(ground[cell]);
            if (directions[cell] == leaves_grid) leaving += accumulation[cell];
        });
        BOOST_CHECK_EQUAL(leaving, cells);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
