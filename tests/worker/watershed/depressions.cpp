#include "worker/programs/watershed/depressions.hpp"

#include "tests/worker/watershed/terrain.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace freshet::watershed::tests {
namespace {

bool same(const Elevations& a, const Elevations& b) {
    bool equal = true;
    for_each_cell(a.grid(),
        [&](Cell cell) { equal &= a[cell] == b[cell] || (std::isnan(a[cell]) && std::isnan(b[cell])); });
    return equal;
}

/// The definition itself, applied until nothing changes: no cell lies below the lowest of its neighbours, but
/// for those at the edge of the data.
Elevations filled_by_definition(const Elevations& ground) {
    const auto neighbours = ground.grid().neighbours();
    const auto at_edge = [&](Cell cell) {
        return std::ranges::any_of(
            neighbours, [&](Cell offset) { return std::isnan(ground[cell + offset]); });
    };
    Elevations level = ground;
    for_each_cell(ground.grid(), [&](Cell cell) {
        if (!std::isnan(ground[cell]) && !at_edge(cell)) level[cell] = 1e9F;
    });
    for (bool changed = true; changed;) {
        changed = false;
        for_each_cell(ground.grid(), [&](Cell cell) {
            if (std::isnan(ground[cell])) return;
            for (const Cell offset : neighbours) {
                const float lower = std::max(ground[cell], level[cell + offset]);
                if (!(lower < level[cell])) continue;
                level[cell] = lower;
                changed = true;
            }
        });
    }
    return level;
}

/// A bowl with its bottom at 0 m, its rim at 100 m and a notch through the rim at 40 m.
Elevations bowl_with_outlet() {
    return terrain(41, 41, [](int row, int col) {
        if (row < 8 && col == 20) return 40.0;
        return std::min(100.0, 0.25 * (std::pow(row - 20, 2) + std::pow(col - 20, 2)));
    });
}

} // namespace

BOOST_AUTO_TEST_SUITE(depressions)

BOOST_AUTO_TEST_CASE(a_bowl_is_filled_to_its_outlet_and_no_further) {
    const Elevations ground = bowl_with_outlet();
    Elevations filled = ground;
    const ConditioningReport report = fill_depressions(filled);
    std::uint64_t raised = 0;
    for_each_cell(ground.grid(), [&](Cell cell) {
        BOOST_REQUIRE_EQUAL(filled[cell], std::max(40.0F, ground[cell]));
        raised += filled[cell] != ground[cell];
    });
    BOOST_CHECK_EQUAL(report.cells_changed, raised);
    BOOST_CHECK_EQUAL(report.largest_change, 40);
}

BOOST_AUTO_TEST_CASE(a_bowl_is_breached_by_a_way_from_its_bottom_to_its_outlet) {
    const Elevations ground = bowl_with_outlet();
    Elevations breached = ground;
    const ConditioningReport report = breach_depressions(breached);
    BOOST_CHECK_EQUAL(breached.at(0, 20), 0);
    BOOST_CHECK_EQUAL(report.largest_change, 40);
    BOOST_CHECK_EQUAL(report.cells_changed, 20); // straight from row 19 to row 0
}

BOOST_AUTO_TEST_CASE(filling_gives_what_the_definition_says) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const Elevations ground = rough_ground(30, 40, seed);
        Elevations filled = ground;
        fill_depressions(filled);
        BOOST_CHECK_MESSAGE(same(filled, filled_by_definition(ground)), "ground of seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(breaching_raises_nothing_and_leaves_nothing_to_fill) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const Elevations ground = rough_ground(30, 40, seed);
        Elevations breached = ground;
        breach_depressions(breached);
        for_each_cell(ground.grid(), [&](Cell cell) { BOOST_REQUIRE(!(breached[cell] > ground[cell])); });
        BOOST_CHECK_MESSAGE(same(breached, filled_by_definition(breached)), "ground of seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(ground_that_drains_everywhere_is_left_as_it_is) {
    const Elevations ground = valley(30, 10);
    for (const Conditioning how : {Conditioning::fill, Conditioning::breach}) {
        Elevations conditioned = ground;
        BOOST_CHECK_EQUAL(remove_depressions(conditioned, how).cells_changed, 0);
        BOOST_CHECK(same(conditioned, ground));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
