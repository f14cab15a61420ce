#include "worker/programs/watershed/outlet.hpp"

#include "tests/worker/watershed/terrain.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::watershed::tests {
namespace {

/// A channel along column 7 from row 5 down; x of its centre 1075, y of row 19 2005.
struct Valley {
    Directions directions = flow_directions(valley(20, 7));
    Accumulation accumulation = flow_accumulation(directions);
    Orders orders = channel_orders(directions, accumulation, {.critical_source_area = 0.9, .min_length = 0});
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outlet, Valley)

BOOST_AUTO_TEST_CASE(an_outlet_moves_to_the_nearest_channel_cell) {
    const auto found = snap_outlet(orders, accumulation, 1101, 2095, 50);
    BOOST_REQUIRE(found.has_value());
    BOOST_CHECK_EQUAL(orders.grid().row(found->cell), 10);
    BOOST_CHECK_EQUAL(orders.grid().col(found->cell), 7);
    BOOST_CHECK_CLOSE(found->distance, 26, 1e-9);
}

BOOST_AUTO_TEST_CASE(of_equally_near_cells_the_one_that_drains_more_is_taken) {
    const auto found = snap_outlet(orders, accumulation, 1075, 2100, 50);
    BOOST_REQUIRE(found.has_value());
    BOOST_CHECK_EQUAL(orders.grid().row(found->cell), 10);
}

BOOST_AUTO_TEST_CASE(without_a_channel_in_reach_the_error_says_how_far_the_nearest_is) {
    const auto found = snap_outlet(orders, accumulation, 1005, 2095, 50);
    BOOST_REQUIRE(found.has_error());
    BOOST_CHECK(found.error().code == Errc::not_found);
    BOOST_CHECK_MESSAGE(found.error().message.find("at 70.00 m") != std::string::npos, found.error().message);
}

BOOST_AUTO_TEST_CASE(a_place_outside_the_grid_is_bad_input) {
    BOOST_CHECK(snap_outlet(orders, accumulation, 500, 2095, 1e6).error().code == Errc::bad_input);
}

BOOST_AUTO_TEST_CASE(a_grid_without_channels_says_so) {
    const Orders none(orders.grid(), 0);
    const auto found = snap_outlet(none, accumulation, 1075, 2095, 50);
    BOOST_REQUIRE(found.has_error());
    BOOST_CHECK_MESSAGE(
        found.error().message.find("no channels") != std::string::npos, found.error().message);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
