#include "worker/programs/hillslope/soil_profile.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::hillslope {

namespace {

namespace tolerance = boost::test_tools;

model::Soil loam(double saturation) {
    model::Soil soil;
    soil.albedo = 0.2;
    soil.initial_saturation = saturation;
    soil.layers = {
        {.depth_mm = 200, .sand = 0.4, .clay = 0.2, .organic_matter = 0.025, .cec = 15, .rock = 0.05},
        {.depth_mm = 1100, .sand = 0.45, .clay = 0.18, .organic_matter = 0.005, .cec = 10, .rock = 0.1}};
    return soil;
}

} // namespace

BOOST_AUTO_TEST_SUITE(soil_profile)

BOOST_AUTO_TEST_CASE(a_loam_has_the_published_water_contents) {
    // Saxton & Rawls (2006), table 3: loam with 2.5 % organic matter: 14, 28 and 46 % of volume, 15.5 mm/h.
    const auto p = from_texture(0.4, 0.2, 0.025);
    BOOST_TEST(p.wilting_point == 0.14, tolerance::tolerance(0.04));
    BOOST_TEST(p.field_capacity == 0.28, tolerance::tolerance(0.03));
    BOOST_TEST(p.saturation == 0.46, tolerance::tolerance(0.02));
    BOOST_TEST(p.conductivity == 15.5, tolerance::tolerance(0.06));
}

BOOST_AUTO_TEST_CASE(every_texture_gives_water_contents_in_order) {
    for (double sand = 0; sand <= 1.0; sand += 0.1)
        for (double clay = 0; clay <= 1.0 - sand + 1e-9; clay += 0.1)
            for (const double organic : {0.0, 0.03, 0.2}) {
                const auto p = from_texture(sand, clay, organic);
                BOOST_TEST_CONTEXT("sand " << sand << " clay " << clay << " organic matter " << organic) {
                    BOOST_TEST(p.wilting_point > 0);
                    BOOST_TEST(p.wilting_point < p.field_capacity);
                    BOOST_TEST(p.conductivity > 0);
                    BOOST_TEST(std::isfinite(p.conductivity));
                }
            }
}

BOOST_AUTO_TEST_CASE(a_clay_draws_harder_than_a_sand) {
    BOOST_TEST(wetting_front_suction_mm(0.2, 0.5, 0.45) > wetting_front_suction_mm(0.4, 0.2, 0.45));
    BOOST_TEST(wetting_front_suction_mm(0.4, 0.2, 0.45) > wetting_front_suction_mm(0.92, 0.03, 0.43));
}

BOOST_AUTO_TEST_CASE(slices_cover_the_soil_and_start_at_the_given_saturation) {
    const SoilProfile profile(loam(0.75));
    double thickness = 0;
    for (const auto& slice : profile.slices()) {
        thickness += slice.thickness_mm;
        BOOST_TEST(slice.water_mm == 0.75 * slice.saturation_mm, tolerance::tolerance(1e-12));
    }
    BOOST_TEST(thickness == 1100);
    BOOST_TEST(profile.slices()[0].thickness_mm == 100);
    BOOST_TEST(profile.slices()[1].thickness_mm == 100);
    BOOST_TEST(profile.slices()[2].thickness_mm == 200);
}

BOOST_AUTO_TEST_CASE(water_moves_but_is_never_made_or_lost) {
    SoilProfile profile(loam(0.5));
    for (int day = 0; day < 400; ++day) {
        const double before = profile.water_mm();
        const double added = day % 3 == 0 ? std::min(20.0, profile.room_mm()) : 0;
        profile.add(added);
        const double out = profile.percolate() + profile.evaporate(3) + profile.transpire(4);
        BOOST_TEST(std::abs(before + added - out - profile.water_mm()) < 1e-10);
        for (const auto& slice : profile.slices()) {
            BOOST_TEST(slice.water_mm >= 0);
            BOOST_TEST(slice.water_mm <= slice.saturation_mm + 1e-9);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_wet_soil_drains_to_field_capacity_and_no_further) {
    SoilProfile profile(loam(1));
    for (int day = 0; day < 5000; ++day)
        profile.percolate();
    for (const auto& slice : profile.slices()) {
        BOOST_TEST(slice.water_mm >= slice.field_capacity_mm);
        BOOST_TEST(slice.water_mm == slice.field_capacity_mm, tolerance::tolerance(0.02));
    }
}

BOOST_AUTO_TEST_CASE(a_restricting_layer_limits_what_leaves) {
    auto soil = loam(1);
    soil.restricting_conductivity = 0.05;
    SoilProfile profile(soil);
    BOOST_TEST(profile.percolate() == 1.2, tolerance::tolerance(1e-12));
    soil.restricting_conductivity = 0;
    BOOST_TEST(SoilProfile(soil).percolate() == 0);
}

BOOST_AUTO_TEST_CASE(plants_stop_at_the_wilting_point_and_evaporation_at_half_of_it) {
    SoilProfile profile(loam(0.6));
    for (int day = 0; day < 5000; ++day)
        profile.transpire(8);
    for (const auto& slice : profile.slices())
        BOOST_TEST(slice.water_mm >= slice.wilting_point_mm * (1 - 1e-9));
    for (int day = 0; day < 5000; ++day)
        profile.evaporate(8);
    const auto& top = profile.slices().front();
    BOOST_TEST(top.water_mm >= 0.5 * top.wilting_point_mm * (1 - 1e-9));
    BOOST_TEST(top.water_mm == 0.5 * top.wilting_point_mm, tolerance::tolerance(0.01));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
