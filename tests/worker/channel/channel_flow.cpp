#include "worker/programs/channel/channel_flow.hpp"

#include "tests/worker/channel/reach.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::channel {

namespace tolerance = boost::test_tools;

BOOST_AUTO_TEST_SUITE(channel_flow)

BOOST_AUTO_TEST_CASE(the_depth_satisfies_mannings_equation) {
    for (const auto shape : {Shape::triangular, Shape::rectangular})
        for (const double slope : {1e-4, 0.02, 0.5})
            for (const double q : {1e-6, 1e-3, 1.0, 200.0}) {
                const auto reach = test::reach(shape, slope);
                const auto flow = uniform_flow(reach, q);
                const double velocity =
                    std::pow(flow.hydraulic_radius_m(), 2.0 / 3.0) * std::sqrt(slope) / 0.05;
                BOOST_TEST(velocity * flow.area_m2 == q, tolerance::tolerance(1e-9));
                BOOST_TEST(flow.velocity_ms == velocity, tolerance::tolerance(1e-9));
            }
}

BOOST_AUTO_TEST_CASE(the_celerity_is_the_derivative_of_discharge_by_area) {
    for (const auto shape : {Shape::triangular, Shape::rectangular}) {
        const auto reach = test::reach(shape, 0.02);
        const auto low = uniform_flow(reach, 0.4999);
        const auto high = uniform_flow(reach, 0.5001);
        const double derivative = 0.0002 / (high.area_m2 - low.area_m2);
        BOOST_TEST(uniform_flow(reach, 0.5).celerity_ms == derivative, tolerance::tolerance(1e-6));
    }
}

BOOST_AUTO_TEST_CASE(wide_flow_has_five_thirds_of_its_velocity_as_celerity) {
    auto reach = test::reach(Shape::rectangular, 0.02);
    reach.width_m = 1e4;
    const auto flow = uniform_flow(reach, 1);
    BOOST_TEST(flow.celerity_ms == 5.0 / 3.0 * flow.velocity_ms, tolerance::tolerance(1e-4));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::channel
