#include "worker/programs/hillslope/water_balance.hpp"

#include "tests/worker/run_folder.hpp"
#include "worker/programs/hillslope/evapotranspiration.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::hillslope {

namespace {

namespace tolerance = boost::test_tools;

model::Soil trial_soil() {
    return model::read_soils(FRESHET_SOURCE_DIR "/worker/samples/sample.sol").value().front();
}

struct Totals {
    double precipitation = 0;
    double runoff = 0;
    double transpiration = 0;
    double melt = 0;
    double percolation = 0;
};

Totals totals_of(const model::Soil& soil, const model::Cover& cover, double slope, double rain_factor = 1) {
    WaterBalance balance(soil, cover, slope);
    Totals totals;
    for (auto weather : test::made_up_climate(6).days) {
        weather.precipitation_mm *= rain_factor;
        const auto day = balance.next_day(weather);
        totals.precipitation += day.precipitation_mm;
        totals.runoff += day.runoff_mm;
        totals.transpiration += day.transpiration_mm;
        totals.melt += day.melt_mm;
        totals.percolation += day.percolation_mm;
    }
    return totals;
}

const model::Cover meadow{.canopy = 0.5, .interrill = 0.7, .rill = 0.7, .roughness_m = 0.02};

} // namespace

BOOST_AUTO_TEST_SUITE(water_balance)

BOOST_AUTO_TEST_CASE(every_days_water_is_accounted_for_to_rounding) {
    auto restricted = trial_soil();
    restricted.restricting_conductivity = 0.01;
    for (const auto& soil : {trial_soil(), restricted}) {
        WaterBalance balance(soil, meadow, 0.1);
        for (const auto& weather : test::made_up_climate(8).days) {
            const double before = balance.stored_mm();
            const auto day = balance.next_day(weather);
            const double out = day.runoff_mm + day.transpiration_mm + day.soil_evaporation_mm +
                               day.sublimation_mm + day.percolation_mm;
            const double gap = before + day.precipitation_mm - out - balance.stored_mm();
            BOOST_TEST_CONTEXT(day.precipitation_mm << " mm on " << weather.date.day << "."
                                                    << weather.date.month << "." << weather.date.year) {
                BOOST_TEST(std::abs(gap) < 1e-9);
                BOOST_TEST(day.runoff_mm >= 0);
                BOOST_TEST(day.runoff_mm <= day.rain_mm + day.melt_mm + 1e-12);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_years_hold_snow_melt_runoff_and_transpiration) {
    const auto totals = totals_of(trial_soil(), meadow, 0.1);
    BOOST_TEST(totals.melt > 0);
    BOOST_TEST(totals.runoff > 0);
    BOOST_TEST(totals.runoff < 0.5 * totals.precipitation);
    BOOST_TEST(totals.transpiration > 0);
    BOOST_TEST(totals.percolation > 0);
}

BOOST_AUTO_TEST_CASE(more_rain_more_runoff) {
    double last = -1;
    for (const double factor : {0.5, 0.75, 1.0, 1.5, 2.0}) {
        const double runoff = totals_of(trial_soil(), meadow, 0.1, factor).runoff;
        BOOST_TEST(runoff > last);
        last = runoff;
    }
}

BOOST_AUTO_TEST_CASE(more_litter_less_crust_less_runoff_on_the_first_day) {
    double last = 1e9;
    for (const double litter : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        model::Weather storm{.date = {1, 7, 1},
            .precipitation_mm = 60,
            .duration_h = 2,
            .time_to_peak = 0.3,
            .peak_intensity = 4,
            .tmax_c = 28,
            .tmin_c = 18,
            .radiation_ly = 500};
        const model::Cover cover{.canopy = 0, .interrill = litter, .rill = litter, .roughness_m = 0.01};
        const double runoff = WaterBalance(trial_soil(), cover, 0.1).next_day(storm).runoff_mm;
        BOOST_TEST(runoff > 0);
        BOOST_TEST(runoff < last);
        last = runoff;
    }
}

BOOST_AUTO_TEST_CASE(a_steeper_slope_holds_less_in_its_hollows) {
    BOOST_TEST(totals_of(trial_soil(), meadow, 0.15).runoff > totals_of(trial_soil(), meadow, 0.02).runoff);
}

BOOST_AUTO_TEST_CASE(frozen_ground_sheds_melt_that_thawed_ground_takes) {
    WaterBalance cold(trial_soil(), {}, 0.05);
    model::Weather frost{.date = {1, 1, 1}, .tmax_c = -10, .tmin_c = -20, .radiation_ly = 100};
    for (int day = 0; day < 20; ++day)
        cold.next_day(frost);
    frost.precipitation_mm = 30;
    frost.duration_h = 5;
    frost.peak_intensity = 2;
    cold.next_day(frost);
    const model::Weather thaw{.date = {22, 1, 1}, .tmax_c = 12, .tmin_c = 6, .radiation_ly = 200};
    const auto day = cold.next_day(thaw);
    BOOST_TEST(day.frozen);
    BOOST_TEST(day.melt_mm > 20);
    BOOST_TEST(day.runoff_mm > 0);
}

BOOST_AUTO_TEST_CASE(potential_evapotranspiration_is_the_published_equation_by_hand) {
    // 20 C: D = 5304 / 293^2 exp(21.25 - 18.1024) = 1.4387, D / (D + 0.68) = 0.67905;
    // 500 ly at albedo 0.23: 385 / 58.3 * 1.28 * 0.67905 = 5.740 mm.
    BOOST_TEST(potential_evapotranspiration_mm(500, 0.23, 20) == 5.740, tolerance::tolerance(1e-3));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
