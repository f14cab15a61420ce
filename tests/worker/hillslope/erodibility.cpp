#include "worker/programs/hillslope/erodibility.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::hillslope {

namespace {

namespace tolerance = boost::test_tools;

model::Soil loam() {
    model::Soil soil;
    soil.interrill_erodibility = 5e6;
    soil.rill_erodibility = 0.006;
    soil.critical_shear = 3;
    soil.layers.push_back(
        {.depth_mm = 200, .sand = 0.4, .clay = 0.2, .organic_matter = 0.03, .field_capacity = 0.28});
    return soil;
}

ErodibilityFactors after(int days, const model::Cover& cover, const model::Soil& soil = loam()) {
    return Erodibility(soil, cover).after(days);
}

const model::Cover tilled{.roughness_m = 0.006};

} // namespace

BOOST_AUTO_TEST_SUITE(erodibility)

BOOST_AUTO_TEST_CASE(a_freshly_tilled_surface_has_the_values_of_its_file) {
    const auto factors = after(0, tilled);
    BOOST_TEST(factors.interrill == 1.0);
    BOOST_TEST(factors.rill == 1.0);
    BOOST_TEST(factors.critical_shear == 1.0);
}

BOOST_AUTO_TEST_CASE(an_old_surface_has_consolidated_to_the_published_values) {
    const auto factors = after(3'650, tilled);
    BOOST_TEST(factors.interrill * 5e6 == 817'560.0, tolerance::tolerance(1e-9));
    BOOST_TEST(factors.rill == 0.05, tolerance::tolerance(1e-9)); // 0.00023 / 0.006 would be less
    BOOST_TEST(factors.critical_shear * 3 == 3.106, tolerance::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(it_settles_from_day_to_day_wherever_the_count_starts) {
    double last = 1;
    for (const int days : {10, 50, 100, 300}) {
        const auto factors = after(days, tilled);
        BOOST_TEST(factors.rill < last);
        last = factors.rill;
        const auto earlier = after(0, {.roughness_m = 0.006, .days_since_tillage = double(days)});
        BOOST_TEST(earlier.rill == factors.rill, tolerance::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(roots_and_buried_residue_hold_the_soil) {
    const auto rooted = after(0,
        {.roughness_m = 0.006, .live_roots_kgm2 = 0.1, .dead_roots_kgm2 = 0.4, .buried_residue_kgm2 = 0.25});
    BOOST_TEST(rooted.interrill == std::exp(-0.28), tolerance::tolerance(1e-12));
    BOOST_TEST(rooted.rill == std::exp(-0.35 - 0.88 - 0.1), tolerance::tolerance(1e-12));
    BOOST_TEST(after(0, {.roughness_m = 0.006, .dead_roots_kgm2 = 50}).rill == 0.03);
}

BOOST_AUTO_TEST_CASE(a_soil_that_is_given_as_hard_stays_as_it_is) {
    auto soil = loam();
    soil.interrill_erodibility = 1e4;
    soil.rill_erodibility = 1e-5;
    soil.critical_shear = 10;
    const auto factors = after(3'650, tilled, soil);
    BOOST_TEST(factors.interrill == 1.0);
    BOOST_TEST(factors.rill == 1.0);
    BOOST_TEST(factors.critical_shear == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
