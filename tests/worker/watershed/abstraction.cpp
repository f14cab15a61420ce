#include "worker/programs/watershed/abstraction.hpp"

#include "tests/worker/watershed/terrain.hpp"
#include "worker/programs/watershed/tables.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::watershed::tests {
namespace {

Terrain prepared(Elevations elevations, const ChannelOptions& options) {
    fill_depressions(elevations);
    Directions directions = flow_directions(elevations);
    Accumulation accumulation = freshet::watershed::flow_accumulation(directions);
    Orders orders = channel_orders(directions, accumulation, options);
    return {std::move(elevations), std::move(directions), std::move(accumulation), std::move(orders)};
}

/// A valley of 20 rows and 15 columns; its channel runs south along the middle from row 5 on.
const Terrain& valley_terrain() {
    static const Terrain terrain = prepared(valley(20, 7), {.critical_source_area = 0.9, .min_length = 0});
    return terrain;
}

Abstraction valley_abstraction() {
    return abstract_watershed(valley_terrain(), valley_terrain().directions.grid().cell(19, 7));
}

} // namespace

BOOST_AUTO_TEST_SUITE(abstraction)

BOOST_AUTO_TEST_CASE(the_sides_of_a_valley_are_rectangles_as_long_as_its_channel) {
    const Abstraction valley = valley_abstraction();
    BOOST_REQUIRE_EQUAL(valley.hillslopes.size(), 3);
    const struct {
        int id;
        double aspect;
    } sides[] = {{22, 90}, {23, 270}}; // looking upstream, north, the left bank is in the west and faces east
    for (std::size_t i = 0; i < 2; ++i) {
        const Hillslope& side = valley.hillslopes[i + 1];
        BOOST_CHECK_EQUAL(side.id, sides[i].id);
        BOOST_CHECK_EQUAL(
            side.place.area, 14 * 7 * 100); // what drains into the first cell, in row 5, is the top's
        BOOST_CHECK_CLOSE(side.width * side.length, side.place.area, 1e-9);
        BOOST_CHECK_CLOSE(side.width, 150, 1e-9);
        BOOST_CHECK_EQUAL(side.longest_path, 70);
        BOOST_CHECK_SMALL(side.aspect - sides[i].aspect, 5.0); // the sides lean a little downstream
        for (const ProfilePoint& point : side.profile.points)
            BOOST_CHECK_CLOSE(point.slope, 0.2, 0.01);
    }
}

BOOST_AUTO_TEST_CASE(a_channel_has_the_length_and_fall_of_its_cells) {
    const Abstraction valley = valley_abstraction();
    BOOST_REQUIRE_EQUAL(valley.channels.size(), 1);
    const Channel& channel = valley.channels[0];
    BOOST_CHECK_EQUAL(channel.id, 24);
    BOOST_CHECK_CLOSE(channel.length, 150, 1e-9);
    BOOST_CHECK_CLOSE(channel.drop, 1.4, 0.01); // the last step leaves the grid: no fall is known
    BOOST_CHECK_EQUAL(channel.aspect, 180);
    BOOST_CHECK_EQUAL(channel.drained_area, 20 * 15 * 100);
    BOOST_CHECK_EQUAL(channel.place.area, 15 * 100);
    BOOST_CHECK_EQUAL(channel.downstream, 0);
}

BOOST_AUTO_TEST_CASE(hillslopes_and_channels_add_up_to_the_basin) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const Terrain terrain =
            prepared(rough_ground(80, 90, seed), {.critical_source_area = 0.3, .min_length = 30});
        for_each_cell(terrain.directions.grid(), [&](Cell cell) {
            if (terrain.orders[cell] < 2 || terrain.directions[cell] != leaves_grid) return;
            const Abstraction abstraction = abstract_watershed(terrain, cell);
            BOOST_CHECK_EQUAL(abstraction.area, terrain.accumulation[cell] * 100.0);
            for (const Hillslope& hillslope : abstraction.hillslopes) {
                BOOST_CHECK_CLOSE(hillslope.length * hillslope.width, hillslope.place.area, 1e-6);
                BOOST_CHECK_LE(hillslope.length, hillslope.longest_path * 1.0001);
            }
        });
    }
}

BOOST_AUTO_TEST_CASE(only_the_channels_above_the_outlet_count) {
    const Terrain& terrain = valley_terrain();
    const Abstraction upper = abstract_watershed(terrain, terrain.directions.grid().cell(9, 7));
    BOOST_CHECK_EQUAL(upper.area, 10 * 15 * 100);
    BOOST_CHECK_EQUAL(upper.labels.at(10, 0), 0);
    BOOST_CHECK_EQUAL(upper.labels.at(9, 0), 22);
}

BOOST_AUTO_TEST_CASE(tables_have_a_line_for_each_element) {
    const Abstraction valley = valley_abstraction();
    const auto lines = [](const std::string& text) {
        return std::ranges::count(text, '\n');
    };
    BOOST_CHECK_EQUAL(lines(hillslopes_csv(valley)), 4);
    BOOST_CHECK_EQUAL(lines(channels_csv(valley)), 2);
    BOOST_CHECK_EQUAL(network_text(valley), "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
