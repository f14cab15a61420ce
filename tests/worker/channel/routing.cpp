#include "worker/programs/channel/routing.hpp"

#include "tests/worker/channel/reach.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::channel {

namespace {

namespace tolerance = boost::test_tools;

Hydrograph event(double volume, double peak) {
    Hydrograph hydrograph;
    hydrograph.add_event(volume, peak);
    return hydrograph;
}

double centroid_s(const Hydrograph& hydrograph) {
    double moment = 0;
    for (std::size_t i = 0; i < hydrograph.steps(); ++i)
        moment += static_cast<double>(i) * step_s * hydrograph.at(i);
    return moment / hydrograph.volume_m3();
}

} // namespace

BOOST_AUTO_TEST_SUITE(routing)

BOOST_AUTO_TEST_CASE(every_events_water_comes_out_to_rounding) {
    for (const auto shape : {Shape::triangular, Shape::rectangular})
        for (const double slope : {1e-4, 0.02, 0.5})
            for (const double length : {10.0, 500.0, 20000.0})
                for (const double volume : {1e-6, 1.0, 1e5}) {
                    auto reach = test::reach(shape, slope);
                    reach.length_m = length;
                    const auto head = event(volume, volume / 4000);
                    const auto sides = event(0.3 * volume, volume / 9000);
                    const auto out = route(reach, head, sides);
                    BOOST_TEST_CONTEXT("slope " << slope << " length " << length << " volume " << volume) {
                        BOOST_TEST(out.volume_m3() == 1.3 * volume, tolerance::tolerance(1e-12));
                        for (std::size_t i = 0; i < out.steps(); ++i)
                            BOOST_TEST(out.at(i) >= 0);
                    }
                }
}

BOOST_AUTO_TEST_CASE(the_wave_arrives_after_its_travel_time) {
    auto reach = test::reach(Shape::triangular, 0.01);
    for (const double length : {500.0, 3000.0, 10000.0}) {
        reach.length_m = length;
        const auto head = event(5000, 2);
        const double travel = length / uniform_flow(reach, head.peak_m3s()).celerity_ms;
        BOOST_TEST(
            centroid_s(route(reach, head, {})) - centroid_s(head) == travel, tolerance::tolerance(1e-4));
    }
}

BOOST_AUTO_TEST_CASE(a_longer_channel_lowers_and_delays_the_peak) {
    auto reach = test::reach(Shape::triangular, 0.01);
    const auto head = event(2000, 1);
    double last_peak = head.peak_m3s();
    double last_time = 0;
    for (const double length : {100.0, 1000.0, 5000.0, 20000.0}) {
        reach.length_m = length;
        const auto out = route(reach, head, {});
        BOOST_TEST(out.peak_m3s() <= last_peak);
        BOOST_TEST(out.peak_time_s() >= last_time);
        last_peak = out.peak_m3s();
        last_time = out.peak_time_s();
    }
    BOOST_TEST(last_peak < head.peak_m3s());
}

BOOST_AUTO_TEST_CASE(steady_inflow_becomes_steady_outflow) {
    Hydrograph steady;
    steady.add_uniform(8640);
    const auto out = route(test::reach(Shape::rectangular, 0.02), steady, {});
    BOOST_TEST(out.at(287) / step_s == 0.1, tolerance::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(a_dry_channel_stays_dry) {
    BOOST_TEST(route(test::reach(Shape::triangular, 0.02), {}, {}).volume_m3() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::channel
