#include "worker/programs/hillslope/infiltration.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::hillslope {

namespace {

namespace tolerance = boost::test_tools;

/// The silt loam of Chow, Maidment & Mays (1988), table 4.3.1 and examples 4.3.1 and 5.4.1, in mm:
/// suction 16.7 cm, conductivity 0.65 cm/h, effective porosity 0.486, effective saturation 30 %.
const GreenAmpt silt_loam{.conductivity_mmh = 6.5, .suction_deficit_mm = 167.0 * (1 - 0.30) * 0.486};

/// The Green-Ampt equation solved by bisection.
double by_bisection(double start_mm, double hours, const GreenAmpt& soil) {
    const double n = soil.suction_deficit_mm;
    double low = start_mm;
    double high = start_mm + 1e4;
    for (int i = 0; i < 200; ++i) {
        const double f = 0.5 * (low + high);
        const double time = (f - start_mm - n * std::log((n + f) / (n + start_mm))) / soil.conductivity_mmh;
        (time < hours ? low : high) = f;
    }
    return 0.5 * (low + high);
}

double capacity_mmh(double infiltrated_mm, const GreenAmpt& soil) {
    return soil.conductivity_mmh * (1 + soil.suction_deficit_mm / infiltrated_mm);
}

} // namespace

BOOST_AUTO_TEST_SUITE(infiltration)

BOOST_AUTO_TEST_CASE(an_hour_of_ponding_gives_the_published_317_mm_at_181_mm_per_h) {
    const double f = ponded_infiltration_mm(0, 1, silt_loam);
    BOOST_TEST(f == 31.7, tolerance::tolerance(0.003));
    BOOST_TEST(capacity_mmh(f, silt_loam) == 18.1, tolerance::tolerance(0.005));
}

BOOST_AUTO_TEST_CASE(ponding_times_are_the_published_ones) {
    BOOST_TEST(ponding_time_h(10, silt_loam) == 10.5, tolerance::tolerance(0.01));
    BOOST_TEST(ponding_time_h(50, silt_loam) == 0.17, tolerance::tolerance(0.01));
    BOOST_TEST(std::isinf(ponding_time_h(6.5, silt_loam)));
}

BOOST_AUTO_TEST_CASE(an_hour_of_50_mm_gives_the_published_302_mm_and_capacity) {
    const auto steps = infiltrate({{1.0, 50.0}}, silt_loam);
    BOOST_REQUIRE_EQUAL(steps.size(), 2U);
    BOOST_TEST(steps[0].infiltrated_mm == 8.5, tolerance::tolerance(0.01));
    BOOST_TEST(steps[0].excess_mm == 0);
    const double f = total_infiltrated_mm(steps);
    BOOST_TEST(f == 30.2, tolerance::tolerance(0.003));
    BOOST_TEST(capacity_mmh(f, silt_loam) == 18.7, tolerance::tolerance(0.003));
}

BOOST_AUTO_TEST_CASE(the_root_agrees_with_an_independent_solution) {
    for (const double start : {0.0, 0.3, 8.5, 60.0})
        for (const double hours : {1e-4, 0.05, 1.0, 7.0, 48.0})
            BOOST_TEST(
                ponded_infiltration_mm(start, hours, silt_loam) == by_bisection(start, hours, silt_loam),
                tolerance::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(rain_is_infiltration_plus_excess_in_every_step) {
    const std::vector<RainStep> storm{{0.2, 1}, {0.1, 12}, {0.05, 20}, {0.5, 2}, {0.1, 15}, {2, 1}};
    double rain = 0;
    double hours = 0;
    for (const auto& step : infiltrate(storm, silt_loam)) {
        BOOST_TEST(step.infiltrated_mm + step.excess_mm == step.rain_mm, tolerance::tolerance(1e-14));
        BOOST_TEST(step.excess_mm >= 0);
        rain += step.rain_mm;
        hours += step.duration_h;
    }
    BOOST_TEST(rain == 51, tolerance::tolerance(1e-14));
    BOOST_TEST(hours == 2.95, tolerance::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_storm_cut_into_pieces_infiltrates_what_it_did_in_one) {
    const auto whole = infiltrate({{2.0, 80.0}}, silt_loam);
    const auto pieces = infiltrate(std::vector<RainStep>(40, RainStep{0.05, 2.0}), silt_loam);
    BOOST_TEST(total_infiltrated_mm(pieces) == total_infiltrated_mm(whole), tolerance::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(more_rain_in_the_same_time_runs_off_more) {
    double last = -1;
    for (double rain = 10; rain <= 120; rain += 10) {
        const double excess = total_excess_mm(infiltrate({{1.0, rain}}, silt_loam));
        BOOST_TEST(excess >= last);
        BOOST_TEST(excess < rain);
        last = excess;
    }
    BOOST_TEST(last > 50);
}

BOOST_AUTO_TEST_CASE(rain_below_the_conductivity_enters_whole) {
    BOOST_TEST(total_excess_mm(infiltrate({{24.0, 150.0}}, silt_loam)) == 0);
}

BOOST_AUTO_TEST_CASE(a_saturated_soil_takes_what_it_conducts) {
    const GreenAmpt saturated{.conductivity_mmh = 6.5, .suction_deficit_mm = 0};
    BOOST_TEST(
        total_infiltrated_mm(infiltrate({{2.0, 50.0}}, saturated)) == 13.0, tolerance::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_full_profile_sheds_the_rest) {
    GreenAmpt shallow = silt_loam;
    shallow.storage_mm = 20;
    const auto steps = infiltrate({{10.0, 60.0}}, shallow);
    BOOST_TEST(total_infiltrated_mm(steps) == 20.0, tolerance::tolerance(1e-12));
    BOOST_TEST(total_excess_mm(steps) == 40.0, tolerance::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(hollows_hold_back_the_first_excess) {
    auto steps = infiltrate({{0.5, 40.0}, {0.5, 40.0}}, silt_loam);
    const double before = total_excess_mm(steps);
    retain(steps, 5);
    BOOST_TEST(total_excess_mm(steps) == before - 5, tolerance::tolerance(1e-12));
    BOOST_TEST(total_infiltrated_mm(steps) + total_excess_mm(steps) == 80.0, tolerance::tolerance(1e-12));
    retain(steps, 1000);
    BOOST_TEST(total_excess_mm(steps) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
