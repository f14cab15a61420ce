#include "worker/programs/watershed/outlines.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

namespace freshet::watershed::tests {
namespace {

Labels drawn_labels(const std::vector<std::string_view>& rows) {
    Labels labels({static_cast<int>(rows.size()), static_cast<int>(rows.front().size()), 0, 0, 1}, 0);
    for (int row = 0; row < labels.grid().rows; ++row) {
        for (int col = 0; col < labels.grid().cols; ++col) {
            const char label = rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(col)];
            labels.at(row, col) = label == '.' ? 0 : label - '0';
        }
    }
    return labels;
}

/// Area inside a ring: positive when it runs clockwise on the map.
double area(const Ring& ring) {
    double doubled = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Corner& a = ring[i];
        const Corner& b = ring[(i + 1) % ring.size()];
        doubled += double(a.col) * b.row - double(b.col) * a.row;
    }
    return doubled / 2;
}

} // namespace

BOOST_AUTO_TEST_SUITE(outlines)

BOOST_AUTO_TEST_CASE(a_block_of_cells_has_four_corners) {
    const auto found = freshet::watershed::outlines(drawn_labels({"....", ".77.", ".77."}));
    BOOST_REQUIRE_EQUAL(found.size(), 1);
    BOOST_REQUIRE_EQUAL(found.at(7).size(), 1);
    const Ring expected = {{1, 3}, {3, 3}, {3, 1}, {1, 1}};
    BOOST_CHECK(found.at(7)[0].outer == expected);
    BOOST_CHECK(found.at(7)[0].holes.empty());
}

BOOST_AUTO_TEST_CASE(cells_that_touch_at_a_corner_are_polygons_of_their_own) {
    const auto found = freshet::watershed::outlines(drawn_labels({"1.", ".1"}));
    BOOST_CHECK_EQUAL(found.at(1).size(), 2);
}

BOOST_AUTO_TEST_CASE(a_hole_belongs_to_the_patch_around_it) {
    const auto found = freshet::watershed::outlines(drawn_labels({"1111111", //
        "1222221", "121.121", "1222221", "1111111"}));
    BOOST_REQUIRE_EQUAL(found.at(1).size(), 3);
    BOOST_CHECK_EQUAL(found.at(1)[0].holes.size(), 1);
    BOOST_CHECK_EQUAL(area(found.at(1)[0].outer), 35);
    BOOST_CHECK_EQUAL(area(found.at(1)[0].holes[0]), -15);
    BOOST_CHECK(found.at(1)[1].holes.empty());
    BOOST_REQUIRE_EQUAL(found.at(2).size(), 1);
    BOOST_CHECK_EQUAL(area(found.at(2)[0].holes.at(0)), -3);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
