#include "worker/programs/watershed/channels.hpp"

#include "tests/worker/watershed/terrain.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::watershed::tests {
namespace {

Orders channels_of(const Directions& directions, const ChannelOptions& options) {
    return channel_orders(directions, flow_accumulation(directions), options);
}

/// Cells of 10 m: 0.01 ha, so that every cell is a channel.
constexpr double one_cell = 0.01;

} // namespace

BOOST_AUTO_TEST_SUITE(channels)

BOOST_AUTO_TEST_CASE(a_channel_begins_where_the_critical_area_drains) {
    // 15 cells a row: 0.9 ha are reached in the sixth.
    const Orders orders =
        channels_of(flow_directions(valley(20, 7)), {.critical_source_area = 0.9, .min_length = 0});
    for (int row = 0; row < 20; ++row) {
        BOOST_CHECK_EQUAL(orders.at(row, 7), row >= 5 ? 1 : 0);
        BOOST_CHECK_EQUAL(orders.at(row, 6), 0);
    }
}

BOOST_AUTO_TEST_CASE(a_short_tributary_is_dropped_and_the_longer_channel_goes_on) {
    const Directions directions = drawn({"66666660", //
        "...9....",                                  //
        "..9....."});
    const Orders all = channels_of(directions, {.critical_source_area = one_cell, .min_length = 0});
    BOOST_CHECK_EQUAL(all.at(0, 4), 2);
    // From its source's centre to the junction's the tributary is 28.3 m long.
    const Orders kept = channels_of(directions, {.critical_source_area = one_cell, .min_length = 28});
    BOOST_CHECK_EQUAL(kept.at(2, 2), 1);
    const Orders pruned = channels_of(directions, {.critical_source_area = one_cell, .min_length = 29});
    BOOST_CHECK_EQUAL(pruned.at(2, 2), 0);
    BOOST_CHECK_EQUAL(pruned.at(1, 3), 0);
    for (int col = 0; col < 8; ++col)
        BOOST_CHECK_EQUAL(pruned.at(0, col), 1);
}

BOOST_AUTO_TEST_CASE(a_channel_that_is_short_as_a_whole_is_dropped) {
    const Directions directions = drawn({"660", "...", "..."});
    BOOST_CHECK_EQUAL(
        channels_of(directions, {.critical_source_area = one_cell, .min_length = 30}).at(0, 0), 1);
    BOOST_CHECK_EQUAL(
        channels_of(directions, {.critical_source_area = one_cell, .min_length = 31}).at(0, 0), 0);
}

BOOST_AUTO_TEST_CASE(orders_grow_only_where_equals_meet) {
    const Orders orders = channels_of(drawn({"6666660", //
                                          "....9..",    // joins order 2 with order 1: stays 2
                                          "9......",    // two sources make order 2 at (0, 1)
                                          "......."}),
        {.critical_source_area = one_cell, .min_length = 0});
    BOOST_CHECK_EQUAL(orders.at(0, 0), 1);
    BOOST_CHECK_EQUAL(orders.at(0, 5), 2);
    BOOST_CHECK_EQUAL(orders.at(0, 6), 2);
}

BOOST_AUTO_TEST_CASE(three_equals_that_meet_make_one_order_more) {
    const Orders orders =
        channels_of(drawn({"3..", "660", "9.."}), {.critical_source_area = one_cell, .min_length = 0});
    BOOST_CHECK_EQUAL(orders.at(1, 1), 2);
    BOOST_CHECK_EQUAL(orders.at(1, 2), 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
