#include "worker/programs/hillslope/rill_hydraulics.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::hillslope {

namespace tolerance = boost::test_tools;

BOOST_AUTO_TEST_SUITE(rill_hydraulics)

BOOST_AUTO_TEST_CASE(the_depth_satisfies_the_darcy_weisbach_equation) {
    for (const double q : {1e-8, 1e-5, 1e-3, 0.2})
        for (const double slope : {1e-4, 0.05, 0.8}) {
            const double width = 0.2;
            const double friction = 3;
            const auto flow = rill_flow(q, width, slope, friction);
            const double velocity = std::sqrt(8 * 9.81 * slope * flow.hydraulic_radius_m / friction);
            BOOST_TEST(velocity * width * flow.depth_m == q, tolerance::tolerance(1e-9));
        }
}

BOOST_AUTO_TEST_CASE(shallow_wide_flow_has_the_analytic_depth) {
    const double per_width = 1e-4;
    const double expected = std::pow(per_width / std::sqrt(8 * 9.81 * 0.05 / 2.0), 2.0 / 3.0);
    BOOST_TEST(rill_flow(per_width * 1000, 1000, 0.05, 2).depth_m == expected, tolerance::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(shear_grows_with_discharge_and_slope_and_falls_with_cover) {
    BOOST_TEST(soil_shear_pa(2e-4, 0.1, 0.05, 2, 0.5) > soil_shear_pa(1e-4, 0.1, 0.05, 2, 0.5));
    BOOST_TEST(soil_shear_pa(1e-4, 0.1, 0.10, 2, 0.5) > soil_shear_pa(1e-4, 0.1, 0.05, 2, 0.5));
    BOOST_TEST(soil_shear_pa(1e-4, 0.1, 0.05, 4, 0.25) < soil_shear_pa(1e-4, 0.1, 0.05, 2, 0.5));
    BOOST_TEST(soil_shear_pa(1e-4, 0.1, 0, 2, 0.5) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
