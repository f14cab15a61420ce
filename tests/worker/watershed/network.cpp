#include "worker/programs/watershed/network.hpp"

#include "tests/worker/watershed/terrain.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::watershed::tests {
namespace {

/// All cells that drain are channels; the outlet is the first cell of the second row.
Network network_of(const std::vector<std::string_view>& drawing) {
    const Directions directions = drawn(drawing);
    Orders orders(directions.grid(), 0);
    for_each_cell(directions.grid(), [&](Cell cell) { orders[cell] = directions[cell] != no_direction; });
    return channel_network(directions, orders, directions.grid().cell(1, 0));
}

struct Numbered {
    int id;
    int row; ///< of the link's first cell
    int col;

    friend bool operator==(const Numbered&, const Numbered&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Numbered& link) {
        return out << link.id << " from row " << link.row << " column " << link.col;
    }
};

std::vector<Numbered> numbers(const Network& network, const Grid& grid) {
    std::vector<Numbered> found;
    for (const Link& link : network.links) {
        found.push_back({link.id, grid.row(link.cells.front()), grid.col(link.cells.front())});
    }
    return found;
}

void check_numbers(const std::vector<std::string_view>& drawing, const std::vector<Numbered>& expected) {
    const std::vector<Numbered> found = numbers(network_of(drawing), drawn(drawing).grid());
    BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

} // namespace

BOOST_AUTO_TEST_SUITE(network)

// The water of these drawings runs west; looking upstream is looking east, so left is north.

BOOST_AUTO_TEST_CASE(the_left_channel_gets_the_next_number) {
    check_numbers({"...14.", //
                      "044...", "...74."},
        {{24, 1, 2}, {34, 0, 4}, {44, 2, 4}});
}

BOOST_AUTO_TEST_CASE(everything_above_the_left_channel_is_numbered_before_the_right_one) {
    check_numbers({"...144", //
                      "044.7.", "...744"},
        {{24, 1, 2}, {34, 0, 3}, {44, 0, 5}, {54, 1, 4}, {64, 2, 5}});
}

BOOST_AUTO_TEST_CASE(a_junction_of_three_channels_takes_two_numbers) {
    check_numbers({"...14.", //
                      "04444.", "...74."},
        {{24, 1, 2}, {44, 0, 4}, {54, 1, 4}, {64, 2, 4}});
}

BOOST_AUTO_TEST_CASE(a_junction_cell_belongs_to_the_link_below_and_ends_the_lengths_of_those_above) {
    const Network network = network_of({"...14.", //
        "044...", "...744"});
    BOOST_REQUIRE_EQUAL(network.links.size(), 3);
    BOOST_CHECK_EQUAL(network.links[0].cells.size(), 3);
    BOOST_CHECK_CLOSE(network.links[0].length, 30, 1e-9);
    BOOST_CHECK_CLOSE(network.links[1].length, 10 + 10 * std::sqrt(2), 1e-9);
    BOOST_CHECK_CLOSE(network.links[2].length, 20 + 10 * std::sqrt(2), 1e-9);
    BOOST_CHECK_EQUAL(network.links[2].downstream, 0);
    BOOST_CHECK(network.links[2].is_source());
    BOOST_CHECK(!network.links[0].is_source());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
