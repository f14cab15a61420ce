#include "worker/programs/hillslope/erosion.hpp"

#include "worker/programs/hillslope/rill_hydraulics.hpp"
#include "worker/programs/model/sediment_continuity.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numeric>

namespace freshet::hillslope {

namespace {

namespace tolerance = boost::test_tools;

constexpr double mmh = 1e-3 / 3600;

model::SlopeSegment uniform(double gradient) {
    return {.aspect_deg = 0, .width_m = 100, .length_m = 80, .points = {{0, gradient}, {1, gradient}}};
}

model::SlopeSegment concave() {
    return {.aspect_deg = 0,
        .width_m = 100,
        .length_m = 80,
        .points = {{0, 0.3}, {0.5, 0.15}, {0.9, 0.005}, {1, 0.002}}};
}

model::Soil loam() {
    return model::read_soils(FRESHET_SOURCE_DIR "/worker/samples/sample.sol").value().front();
}

const model::Cover bare{.roughness_m = 0.01};
const SteadyRunoff heavy{
    .peak_ms = 40 * mmh, .duration_s = 1800, .rain_intensity_ms = 70 * mmh, .excess_intensity_ms = 50 * mmh};

EventErosion eroded(
    const model::SlopeSegment& profile, const model::Cover& cover, const SteadyRunoff& runoff) {
    return erode(erodible_slope(profile, loam(), cover), runoff);
}

} // namespace

BOOST_AUTO_TEST_SUITE(erosion)

BOOST_AUTO_TEST_CASE(every_events_sediment_is_accounted_for_to_rounding) {
    for (const auto& profile : {uniform(0.01), uniform(0.2), uniform(0), concave()})
        for (const double cover : {0.0, 0.5, 1.0})
            for (const double strength : {0.001, 0.1, 1.0, 3.0}) {
                const SteadyRunoff runoff{heavy.peak_ms * strength, heavy.duration_s,
                    heavy.rain_intensity_ms * strength, heavy.excess_intensity_ms * strength};
                const auto event = eroded(profile, {.interrill = cover, .rill = cover}, runoff);
                const double profile_sum =
                    std::accumulate(event.loss_kgm2.begin(), event.loss_kgm2.end(), 0.0) * profile.length_m /
                    segments;
                const double scale = 1e-12 * (event.interrill_kgm + event.detached_kgm) + 1e-15;
                BOOST_TEST_CONTEXT("cover " << cover << " strength " << strength) {
                    BOOST_TEST(std::abs(event.interrill_kgm + event.detached_kgm - event.deposited_kgm -
                                        event.delivered_kgm) <= scale);
                    BOOST_TEST(std::abs(profile_sum - event.delivered_kgm) <= scale);
                    BOOST_TEST(
                        std::abs(model::sum(event.delivered_by_class_kgm) - event.delivered_kgm) <= scale);
                    BOOST_TEST(event.delivered_kgm >= 0);
                }
            }
}

BOOST_AUTO_TEST_CASE(a_soil_that_only_splashes_on_a_slope_that_carries_all_gives_the_interrill_equation) {
    auto slope = erodible_slope(uniform(0.3), loam(), bare);
    slope.rill_erodibility = 0;
    const auto event = erode(slope, heavy);
    const double slope_factor = 1.05 - 0.85 * std::exp(-4 * 0.3 / std::sqrt(1.09));
    const double expected = 5e6 * 70 * mmh * 50 * mmh * slope_factor * 80 * 1800;
    BOOST_TEST(event.deposited_kgm == 0);
    BOOST_TEST(event.delivered_kgm == expected, tolerance::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_hardly_erodible_rill_detaches_at_its_capacity_all_the_way) {
    // With a tiny Kr the load stays far below the capacity, so the delivery is the integral of Kr (tau -
    // tau_c) over the rill's surface; for wide flow tau grows as x^(2/3) and the integral is known.
    auto slope = erodible_slope(uniform(0.1), loam(), bare);
    slope.interrill_erodibility = 0;
    slope.critical_shear = 0;
    slope.rill_erodibility = 1e-9;
    slope.cover.rill_spacing_m = 20;
    slope.cover.rill_width_m = 20;
    const auto event = erode(slope, heavy);
    const double tau_foot =
        soil_shear_pa(heavy.peak_ms * 80 * 20, 20, 0.1, slope.friction.rill, slope.friction.grain_share());
    const double expected = 1e-9 * tau_foot * 80 / (1 + 2.0 / 3.0) * heavy.duration_s;
    BOOST_TEST(event.delivered_kgm == expected, tolerance::tolerance(2e-3));
}

BOOST_AUTO_TEST_CASE(a_very_erodible_rill_carries_its_capacity) {
    auto slope = erodible_slope(uniform(0.1), loam(), bare);
    slope.interrill_erodibility = 0;
    slope.critical_shear = 0;
    slope.rill_erodibility = 1e3;
    const auto once = erode(slope, heavy);
    slope.rill_erodibility = 1e4;
    const auto more = erode(slope, heavy);
    BOOST_TEST(once.delivered_kgm > 0);
    BOOST_TEST(more.delivered_kgm == once.delivered_kgm, tolerance::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(a_flat_foot_collects_soil_and_lets_the_fines_pass) {
    const auto event = eroded(concave(), bare, heavy);
    BOOST_TEST(event.deposited_kgm > 0);
    BOOST_TEST(event.loss_kgm2.front() > 0);
    BOOST_TEST(event.loss_kgm2.back() < 0);
    const auto particles = erodible_slope(concave(), loam(), bare).particles;
    BOOST_TEST(event.delivered_by_class_kgm[0] / event.delivered_kgm > particles.fraction[0]);
}

BOOST_AUTO_TEST_CASE(delivery_grows_with_slope) {
    double last = 0;
    for (const double gradient : {0.01, 0.03, 0.1, 0.3, 0.6}) {
        const double delivered = eroded(uniform(gradient), bare, heavy).delivered_kgm;
        BOOST_TEST(delivered > last);
        last = delivered;
    }
}

BOOST_AUTO_TEST_CASE(delivery_falls_with_ground_cover) {
    double last = 1e9;
    for (const double cover : {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}) {
        const double delivered =
            eroded(uniform(0.2), {.interrill = cover, .rill = cover}, heavy).delivered_kgm;
        BOOST_TEST(delivered < last);
        last = delivered;
    }
}

BOOST_AUTO_TEST_CASE(delivery_falls_with_canopy) {
    double last = 1e9;
    for (const double canopy : {0.0, 0.3, 0.6, 0.9}) {
        const double delivered = eroded(uniform(0.2), {.canopy = canopy}, heavy).delivered_kgm;
        BOOST_TEST(delivered < last);
        last = delivered;
    }
}

BOOST_AUTO_TEST_CASE(delivery_grows_with_rain) {
    double last = 0;
    for (const double strength : {0.1, 0.3, 1.0, 2.0}) {
        const double delivered = eroded(uniform(0.1), bare,
            {heavy.peak_ms * strength, heavy.duration_s, heavy.rain_intensity_ms * strength,
                heavy.excess_intensity_ms * strength})
                                     .delivered_kgm;
        BOOST_TEST(delivered > last);
        last = delivered;
    }
}

BOOST_AUTO_TEST_CASE(no_runoff_no_sediment) {
    BOOST_TEST(eroded(uniform(0.1), bare, {}).delivered_kgm == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
