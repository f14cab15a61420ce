#include "worker/programs/channel/hydrograph.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::channel {

namespace tolerance = boost::test_tools;

BOOST_AUTO_TEST_SUITE(hydrograph)

BOOST_AUTO_TEST_CASE(an_event_keeps_its_volume_whatever_its_peak) {
    for (const double peak : {0.0, 1e-9, 0.001, 0.05, 1.0, 1e6}) {
        Hydrograph hydrograph;
        hydrograph.add_event(120, peak);
        BOOST_TEST(hydrograph.volume_m3() == 120, tolerance::tolerance(1e-12));
        for (std::size_t i = 0; i < hydrograph.steps(); ++i)
            BOOST_TEST(hydrograph.at(i) >= 0);
    }
}

BOOST_AUTO_TEST_CASE(a_long_event_keeps_its_peak_too) {
    Hydrograph hydrograph;
    hydrograph.add_event(3600, 0.25); // eight hours
    BOOST_TEST(hydrograph.peak_m3s() == 0.25, tolerance::tolerance(0.02));
    BOOST_TEST(hydrograph.peak_time_s() == 3 * 3600, tolerance::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(events_add_up) {
    Hydrograph one;
    one.add_event(10, 0.01);
    Hydrograph two;
    two.add_event(30, 0.1);
    two.add(one);
    two.add_uniform(5);
    BOOST_TEST(two.volume_m3() == 45, tolerance::tolerance(1e-12));
    BOOST_TEST(Hydrograph().volume_m3() == 0);
    BOOST_TEST(Hydrograph().peak_m3s() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::channel
