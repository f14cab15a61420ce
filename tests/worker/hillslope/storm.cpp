#include "worker/programs/hillslope/storm.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace freshet::hillslope {

namespace {

namespace tolerance = boost::test_tools;

double intensity(const RainStep& step) {
    return step.depth_mm / step.duration_h;
}

double largest_intensity(const std::vector<RainStep>& storm) {
    double largest = 0;
    for (const auto& step : storm)
        largest = std::max(largest, intensity(step));
    return largest;
}

} // namespace

BOOST_AUTO_TEST_SUITE(storm)

BOOST_AUTO_TEST_CASE(depth_and_duration_are_kept_for_any_shape) {
    for (const double tp : {0.0, 0.07, 0.5, 0.93, 1.0})
        for (const double ip : {1.0, 1.01, 3.0, 25.0, 300.0}) {
            double depth = 0;
            double hours = 0;
            for (const auto& step : disaggregate(37.5, 4.25, tp, ip)) {
                BOOST_TEST(step.duration_h > 0);
                depth += step.depth_mm;
                hours += step.duration_h;
            }
            BOOST_TEST(depth == 37.5, tolerance::tolerance(1e-13));
            BOOST_TEST(hours == 4.25, tolerance::tolerance(1e-13));
        }
}

BOOST_AUTO_TEST_CASE(a_peak_of_one_is_constant_rain) {
    for (const auto& step : disaggregate(20, 2, 0.3, 1))
        BOOST_TEST(intensity(step) == 10.0, tolerance::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(half_of_the_depth_has_fallen_at_a_peak_in_the_middle) {
    const auto storm = disaggregate(20, 2, 0.5, 4);
    double hours = 0;
    for (std::size_t i = 0; i < 5; ++i)
        hours += storm[i].duration_h;
    BOOST_TEST(hours == 1.0, tolerance::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(intensity_rises_to_the_peak_and_falls_after_it) {
    const auto storm = disaggregate(30, 3, 0.4, 5);
    for (std::size_t i = 1; i < 4; ++i)
        BOOST_TEST(intensity(storm[i]) > intensity(storm[i - 1]));
    for (std::size_t i = 5; i < 10; ++i)
        BOOST_TEST(intensity(storm[i]) < intensity(storm[i - 1]));
    BOOST_TEST(largest_intensity(storm) < 5 * 10.0);
    BOOST_TEST(largest_intensity(storm) > 0.6 * 5 * 10.0);
}

BOOST_AUTO_TEST_CASE(a_sharper_peak_is_more_intense) {
    double last = 0;
    for (const double ip : {1.0, 1.5, 2.0, 4.0, 8.0, 16.0}) {
        const double largest = largest_intensity(disaggregate(30, 3, 0.4, ip));
        BOOST_TEST(largest > last);
        last = largest;
    }
}

BOOST_AUTO_TEST_CASE(breakpoints_are_taken_as_measured) {
    model::Weather day;
    day.breakpoints = {{1.0, 0.0}, {1.5, 5.0}, {1.5, 6.0}, {3.0, 6.0}, {4.0, 8.0}};
    day.precipitation_mm = 8;
    const auto storm = storm_of(day);
    BOOST_REQUIRE_EQUAL(storm.size(), 4U);
    BOOST_TEST(storm[0].duration_h == 0.5);
    BOOST_TEST(storm[0].depth_mm == 5.0);
    BOOST_TEST(storm[1].depth_mm == 1.0);
    BOOST_TEST(storm[2].depth_mm == 0.0);
    BOOST_TEST(storm[3].depth_mm == 2.0);
}

BOOST_AUTO_TEST_CASE(a_dry_day_has_no_storm) {
    BOOST_TEST(storm_of(model::Weather{}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
