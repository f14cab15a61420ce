// Turned and mirrored ground must give turned and mirrored results. The ground is random without exact ties
// and has no depressions: where neighbours tie, D8 has to prefer one of them, and flats are made of ties.

#include "tests/worker/watershed/terrain.hpp"
#include "worker/programs/watershed/abstraction.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace freshet::watershed::tests {
namespace {

constexpr int side = 64;

/// One of the eight ways to lay a square on itself: first mirrored east to west or not, then turned
/// clockwise.
struct Turn {
    bool mirrored = false;
    int quarters = 0;

    std::pair<int, int> operator()(int row, int col) const {
        if (mirrored) col = side - 1 - col;
        for (int i = 0; i < quarters; ++i) {
            const int turned_row = col;
            col = side - 1 - row;
            row = turned_row;
        }
        return {row, col};
    }

    Direction operator()(Direction direction) const {
        if (direction >= direction_count) return direction;
        const int turned = (mirrored ? 12 - direction : direction) + 2 * quarters;
        return static_cast<Direction>(turned % direction_count);
    }

    template <class T>
    const T& at(const Raster<T>& turned, int row, int col) const {
        const auto [to_row, to_col] = (*this)(row, col);
        return turned.at(to_row, to_col);
    }
};

std::vector<Turn> all_turns() {
    std::vector<Turn> turns;
    for (const bool mirrored : {false, true}) {
        for (int quarters = 0; quarters < 4; ++quarters)
            turns.push_back({mirrored, quarters});
    }
    return turns;
}

/// A branching valley that falls to the south, with noise too weak to make depressions away from the edge.
Elevations ground(unsigned seed, const Turn& turn) {
    Elevations elevations = terrain(side, side, [](int, int) { return 0; });
    for (int row = 0; row < side; ++row) {
        for (int col = 0; col < side; ++col) {
            const double across = std::abs(col - 31.3) + 3 * std::abs(std::sin(row * 0.2 + col * 0.31));
            const auto [to_row, to_col] = turn(row, col);
            elevations.at(to_row, to_col) =
                static_cast<float>(200 - 3.1 * row + across + noise(row, col, seed));
        }
    }
    return elevations;
}

struct Results {
    Terrain terrain;
    Abstraction abstraction;
};

Results results(unsigned seed, const Turn& turn) {
    Elevations elevations = ground(seed, turn);
    BOOST_REQUIRE_EQUAL(fill_depressions(elevations).cells_changed, 0);
    Directions directions = flow_directions(elevations);
    Accumulation accumulation = freshet::watershed::flow_accumulation(directions);
    Orders orders = channel_orders(directions, accumulation, {.critical_source_area = 0.4, .min_length = 25});
    Terrain terrain{std::move(elevations), std::move(directions), std::move(accumulation), std::move(orders)};
    Cell outlet = 0;
    for_each_cell(terrain.orders.grid(), [&](Cell cell) {
        if (terrain.directions[cell] < direction_count &&
            terrain.accumulation[cell] > terrain.accumulation[outlet]) {
            outlet = cell;
        }
    });
    BOOST_REQUIRE_GT(terrain.orders[outlet], 1);
    Abstraction abstraction = abstract_watershed(terrain, outlet);
    return {std::move(terrain), std::move(abstraction)};
}

std::map<int, const Hillslope*> by_id(const Abstraction& abstraction) {
    std::map<int, const Hillslope*> found;
    for (const Hillslope& hillslope : abstraction.hillslopes)
        found[hillslope.id] = &hillslope;
    return found;
}

double area_of(const std::map<int, const Hillslope*>& hillslopes, int id) {
    const auto found = hillslopes.find(id);
    return found == hillslopes.end() ? 0 : found->second->place.area;
}

} // namespace

BOOST_AUTO_TEST_SUITE(symmetry)

BOOST_AUTO_TEST_CASE(directions_accumulation_and_channels_turn_with_the_ground) {
    for (unsigned seed = 1; seed <= 3; ++seed) {
        const Results straight = results(seed, {});
        for (const Turn& turn : all_turns()) {
            const Results turned = results(seed, turn);
            for (int row = 0; row < side; ++row) {
                for (int col = 0; col < side; ++col) {
                    BOOST_REQUIRE_EQUAL(turn.at(turned.terrain.directions, row, col),
                        turn(straight.terrain.directions.at(row, col)));
                    BOOST_REQUIRE_EQUAL(turn.at(turned.terrain.accumulation, row, col),
                        straight.terrain.accumulation.at(row, col));
                    BOOST_REQUIRE_EQUAL(
                        turn.at(turned.terrain.orders, row, col), straight.terrain.orders.at(row, col));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_turned_basin_keeps_its_numbers) {
    const Results straight = results(1, {});
    BOOST_REQUIRE_GE(straight.abstraction.channels.size(), 5);
    for (int quarters = 1; quarters < 4; ++quarters) {
        const Turn turn{false, quarters};
        const Results turned = results(1, turn);
        for (int row = 0; row < side; ++row) {
            for (int col = 0; col < side; ++col) {
                BOOST_REQUIRE_EQUAL(
                    turn.at(turned.abstraction.labels, row, col), straight.abstraction.labels.at(row, col));
            }
        }
        for (std::size_t i = 0; i < straight.abstraction.hillslopes.size(); ++i) {
            const Hillslope& before = straight.abstraction.hillslopes[i];
            const Hillslope& after = turned.abstraction.hillslopes[i];
            BOOST_CHECK_CLOSE(after.length, before.length, 1e-3);
            BOOST_CHECK_SMALL(std::remainder(after.aspect - before.aspect - 90 * quarters, 360), 0.1);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_mirrored_basin_has_its_banks_exchanged) {
    const Turn mirror{true, 0};
    const Results straight = results(1, {});
    const Results mirrored = results(1, mirror);
    BOOST_REQUIRE_EQUAL(mirrored.abstraction.channels.size(), straight.abstraction.channels.size());
    BOOST_CHECK_EQUAL(mirrored.abstraction.area, straight.abstraction.area);
    const auto before = by_id(straight.abstraction);
    const auto after = by_id(mirrored.abstraction);
    for (const Link& link : straight.abstraction.network.links) {
        const Grid& grid = straight.abstraction.labels.grid();
        const Cell first = link.cells.front();
        const int id = mirror.at(mirrored.abstraction.labels, grid.row(first), grid.col(first));
        BOOST_REQUIRE_EQUAL(id % 10, 4);
        const double left = area_of(before, hillslope_id(link.id, Side::left));
        const double right = area_of(before, hillslope_id(link.id, Side::right));
        const double mirrored_left = area_of(after, hillslope_id(id, Side::left));
        const double mirrored_right = area_of(after, hillslope_id(id, Side::right));
        BOOST_CHECK_EQUAL(left + right, mirrored_left + mirrored_right);
        // Ground between two channels that meet is left in both pictures, as TOPAZ has it; sources have none.
        if (!link.is_source()) continue;
        BOOST_CHECK_EQUAL(left, mirrored_right);
        BOOST_CHECK_EQUAL(right, mirrored_left);
        BOOST_CHECK_EQUAL(
            area_of(before, hillslope_id(link.id, Side::top)), area_of(after, hillslope_id(id, Side::top)));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
