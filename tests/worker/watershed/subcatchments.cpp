#include "worker/programs/watershed/subcatchments.hpp"

#include "tests/worker/watershed/terrain.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace freshet::watershed::tests {

BOOST_AUTO_TEST_SUITE(subcatchments)

BOOST_AUTO_TEST_CASE(banks_are_seen_looking_upstream_and_only_sources_have_a_top) {
    const std::vector<std::string_view> flow = {"..2....", //
        ".22144.", "044444.", ".8874..", "..8...."};
    const std::vector<std::string_view> channels = {".......", //
        "...oo..", "ooo....", "...oo..", "......."};
    const Directions directions = drawn(flow);
    const Orders orders = drawn_channels(channels);
    const Labels labels = label_subcatchments(
        directions, orders, channel_network(directions, orders, directions.grid().cell(2, 0)));
    const int expected[5][7] = {
        {0, 0, 22, 0, 0, 0, 0},
        {0, 22, 22, 34, 34, 31, 0},
        {24, 24, 24, 22, 22, 22, 0}, // ground between two channels that meet counts as left
        {0, 23, 23, 44, 44, 0, 0},   // nothing drains into this source
        {0, 0, 23, 0, 0, 0, 0},
    };
    for (int row = 0; row < 5; ++row) {
        for (int col = 0; col < 7; ++col) {
            BOOST_CHECK_MESSAGE(labels.at(row, col) == expected[row][col],
                "row " << row << " column " << col << ": " << labels.at(row, col));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_cell_of_a_hillslope_is_shown_once_with_its_way_to_the_channel) {
    const Directions directions = flow_directions(valley(20, 7));
    const Orders orders = channel_orders(
        directions, flow_accumulation(directions), {.critical_source_area = 0.9, .min_length = 0});
    std::map<int, std::size_t> cells;
    label_subcatchments(directions, orders,
        channel_network(directions, orders, directions.grid().cell(19, 7)),
        [&](const HillslopeCells& hillslope) {
            cells[hillslope.id] = hillslope.cells.size();
            for (const auto& [cell, to_channel] : hillslope.cells) {
                if (hillslope.side == Side::top) continue;
                BOOST_CHECK_EQUAL(to_channel, 10 * std::abs(directions.grid().col(cell) - 7));
            }
        });
    // The channel begins in row 5; all that drains into its first cell is the top.
    const std::map<int, std::size_t> expected = {{21, 5 * 15 + 14}, {22, 14 * 7}, {23, 14 * 7}};
    BOOST_CHECK(cells == expected);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
