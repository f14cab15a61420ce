#include "worker/programs/hillslope/runoff_peak.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::hillslope {

namespace {

namespace tolerance = boost::test_tools;

const Plane plane{.length_m = 80, .alpha = 0.9};

ExcessStep excess(double hours, double mm) {
    return {hours, mm, 0, mm};
}

/// An independent, coarse solution of the kinematic wave: explicit upwind differences in x and t.
double peak_by_differences(const std::vector<ExcessStep>& steps, const Plane& plane) {
    constexpr std::size_t cells = 400;
    const double dx = plane.length_m / cells;
    const double dt = 0.1;
    std::vector<double> h(cells, 0.0);
    double peak = 0;
    for (const auto& step : steps) {
        const double rate = step.excess_mm / 1000 / (step.duration_h * 3600);
        for (double t = 0; t < step.duration_h * 3600; t += dt) {
            double inflow = 0;
            for (auto& depth : h) {
                const double outflow = plane.alpha * std::pow(depth, 1.5);
                depth += dt * (rate + (inflow - outflow) / dx);
                inflow = outflow;
            }
            peak = std::max(peak, inflow);
        }
    }
    return peak / plane.length_m;
}

} // namespace

BOOST_AUTO_TEST_SUITE(runoff_peak)

BOOST_AUTO_TEST_CASE(long_constant_excess_reaches_equilibrium) {
    const double rate = 30e-3 / 3600; // 30 mm/h
    BOOST_TEST(equilibrium_time_s(rate, plane) < 2 * 3600);
    BOOST_TEST(peak_runoff_ms({excess(2, 60)}, plane) == rate, tolerance::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(short_excess_reaches_partial_equilibrium) {
    const double volume = 2e-3;
    BOOST_TEST(equilibrium_time_s(volume / 180, plane) > 180);
    const double expected = plane.alpha * std::pow(volume, 1.5) / plane.length_m;
    BOOST_TEST(peak_runoff_ms({excess(0.05, 2)}, plane) == expected, tolerance::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(excess_for_exactly_the_time_to_equilibrium_just_reaches_it) {
    const double rate = 30e-3 / 3600;
    const double hours = equilibrium_time_s(rate, plane) / 3600;
    BOOST_TEST(peak_runoff_ms({excess(hours, 30 * hours)}, plane) == rate, tolerance::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(a_storm_of_changing_excess_agrees_with_finite_differences) {
    const std::vector<std::vector<ExcessStep>> storms{
        {excess(0.2, 1), excess(0.1, 4), excess(0.1, 9), excess(0.2, 3), excess(0.4, 1)},
        {excess(0.05, 6), excess(0.3, 0.0), excess(0.05, 8), excess(0.3, 0.5)},
        {excess(0.5, 2), excess(0.05, 5)},
    };
    for (const auto& storm : storms)
        BOOST_TEST(
            peak_runoff_ms(storm, plane) == peak_by_differences(storm, plane), tolerance::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(the_peak_grows_with_slope_and_never_passes_the_largest_excess) {
    const std::vector<ExcessStep> storm{excess(0.2, 1), excess(0.1, 9), excess(0.2, 3)};
    double last = 0;
    for (const double alpha : {0.1, 0.3, 0.9, 2.7, 8.1}) {
        const double peak = peak_runoff_ms(storm, {.length_m = 80, .alpha = alpha});
        BOOST_TEST(peak > last);
        BOOST_TEST(peak <= 90e-3 / 3600 * (1 + 1e-12));
        last = peak;
    }
}

BOOST_AUTO_TEST_CASE(no_excess_has_no_peak) {
    BOOST_TEST(peak_runoff_ms({{1, 5, 5, 0}}, plane) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
