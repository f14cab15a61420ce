#include "worker/programs/model/transport_capacity.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::model {

namespace tolerance = boost::test_tools;

BOOST_AUTO_TEST_SUITE(transport_capacity)

BOOST_AUTO_TEST_CASE(a_grain_below_the_critical_shear_is_not_carried) {
    BOOST_TEST(yalin_capacity(0.01, 2e-3, 2.65) == 0);
    BOOST_TEST(yalin_capacity(0, 1e-5, 2.65) == 0);
}

BOOST_AUTO_TEST_CASE(the_capacity_of_sand_is_yalins_by_hand) {
    // tau 2 Pa, d 0.2 mm, s 2.65: u* = 0.044721, Y = 0.61778, Re* = 8.9443 so Ycr = 0.051823, delta = 10.921,
    // b = 2.45 * 0.67723 * 0.22765 * 10.921 = 4.1250, P = 0.635 * 10.921 * (1 - ln(5.1250) / 4.1250)
    // = 4.1876, Tc = 4.1876 * 2650 * 0.0002 * 0.044721 = 0.09926.
    BOOST_TEST(yalin_capacity(2, 0.2e-3, 2.65) == 0.09926, tolerance::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(capacity_grows_with_shear) {
    const auto particles = particles_of(0.4, 0.2, 0.02);
    double last = 0;
    for (const double tau : {0.2, 0.5, 1.0, 2.0, 5.0, 20.0}) {
        const double capacity = yalin_capacity(tau, particles);
        BOOST_TEST(capacity > last);
        last = capacity;
    }
}

BOOST_AUTO_TEST_CASE(the_coefficient_reproduces_the_capacity_at_its_own_shear) {
    const auto particles = particles_of(0.4, 0.2, 0.02);
    BOOST_TEST(transport_coefficient(3, particles) * std::pow(3, 1.5) == yalin_capacity(3, particles),
        tolerance::tolerance(1e-12));
    BOOST_TEST(transport_coefficient(0, particles) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::model
