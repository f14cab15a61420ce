#include "worker/programs/model/sediment_continuity.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

namespace freshet::model {

namespace {

namespace tolerance = boost::test_tools;

constexpr double infinite = std::numeric_limits<double>::infinity();

/// dG/dx by small explicit steps, as the equation is written.
double by_steps(double load, const Reach& reach) {
    constexpr int steps = 200000;
    const double dx = reach.length_m / steps;
    for (int i = 0; i < steps; ++i) {
        const double exchange = load < reach.capacity ? reach.detachment * (1 - load / reach.capacity)
                                                      : reach.settling * (reach.capacity - load);
        load += dx * (reach.lateral + exchange);
    }
    return load;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sediment_continuity)

BOOST_AUTO_TEST_CASE(with_unlimited_capacity_the_load_is_all_that_is_detached) {
    const Reach reach{.length_m = 50, .lateral = 2e-4, .detachment = 3e-3, .capacity = infinite};
    const auto exchange = route_reach(0.1, reach);
    BOOST_TEST(exchange.load_out == 0.1 + 50 * (2e-4 + 3e-3), tolerance::tolerance(1e-13));
    BOOST_TEST(exchange.detached == 50 * 3e-3, tolerance::tolerance(1e-12));
    BOOST_TEST(exchange.deposited == 0);
}

BOOST_AUTO_TEST_CASE(a_very_erodible_bed_fills_the_flow_to_its_capacity) {
    const Reach reach{.length_m = 10, .detachment = 1e6, .capacity = 0.25};
    BOOST_TEST(route_reach(0, reach).load_out == 0.25, tolerance::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(detachment_approaches_the_capacity_exponentially) {
    const Reach reach{.length_m = 7, .detachment = 0.02, .capacity = 0.3};
    BOOST_TEST(
        route_reach(0, reach).load_out == 0.3 * (1 - std::exp(-0.02 / 0.3 * 7)), tolerance::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(deposition_falls_to_the_capacity_exponentially) {
    const Reach reach{.length_m = 7, .capacity = 0.3, .settling = 0.4};
    const auto exchange = route_reach(1.0, reach);
    BOOST_TEST(exchange.load_out == 0.3 + 0.7 * std::exp(-0.4 * 7), tolerance::tolerance(1e-13));
    BOOST_TEST(exchange.deposited == 1.0 - exchange.load_out, tolerance::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(one_long_reach_is_many_short_ones) {
    const Reach whole{.length_m = 60, .lateral = 5e-3, .detachment = 0.02, .capacity = 0.3, .settling = 0.1};
    Reach part = whole;
    part.length_m = 0.6;
    double load = 0;
    for (int i = 0; i < 100; ++i)
        load = route_reach(load, part).load_out;
    BOOST_TEST(load == route_reach(0, whole).load_out, tolerance::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(the_exact_solution_agrees_with_small_steps_and_closes_the_balance) {
    for (const double lateral : {0.0, 1e-4, 5e-3})
        for (const double detachment : {0.0, 0.02, 1.0})
            for (const double capacity : {0.0, 0.05, 0.3})
                for (const double settling : {0.0, 0.1, 2.0})
                    for (const double load : {0.0, 0.05, 0.2, 0.9}) {
                        const Reach reach{.length_m = 20,
                            .lateral = lateral,
                            .detachment = detachment,
                            .capacity = capacity,
                            .settling = settling};
                        const auto exchange = route_reach(load, reach);
                        BOOST_TEST_CONTEXT("Di " << lateral << " Dc " << detachment << " Tc " << capacity
                                                 << " settling " << settling << " G " << load) {
                            BOOST_TEST(std::abs(exchange.load_out - by_steps(load, reach)) < 2e-5);
                            BOOST_TEST(std::abs(exchange.load_out - load - lateral * 20 - exchange.detached +
                                                exchange.deposited) < 1e-13);
                        }
                    }
}

BOOST_AUTO_TEST_CASE(what_settles_keeps_the_total_and_leaves_the_fines) {
    const auto particles = particles_of(0.4, 0.2, 0.02);
    PerClass in{};
    for (std::size_t k = 0; k < particle_classes; ++k)
        in[k] = 100 * particles.fraction[k];
    for (const double out : {100.0, 99.0, 50.0, 10.0, 0.01}) {
        const auto left = settle_by_class(in, particles, out);
        BOOST_TEST(sum(left) == out, tolerance::tolerance(1e-12));
        BOOST_TEST(left[0] / in[0] >= left[4] / in[4]);
        for (std::size_t k = 0; k < particle_classes; ++k)
            BOOST_TEST(left[k] <= in[k] * (1 + 1e-12));
    }
    BOOST_TEST(sum(settle_by_class(in, particles, 0)) == 0);
}

BOOST_AUTO_TEST_CASE(the_classes_of_a_loam_are_those_of_the_published_equations) {
    // Sand 43.3 %, clay 17 %: Foster, Young & Neibling (1985) by hand.
    const auto p = particles_of(0.433, 0.17, 0.02);
    BOOST_TEST(p.fraction[0] == 0.26 * 0.17, tolerance::tolerance(1e-9));
    BOOST_TEST(p.fraction[2] == 1.8 * 0.17, tolerance::tolerance(1e-9));
    BOOST_TEST(p.fraction[1] == 0.397 - 0.306, tolerance::tolerance(1e-9));
    BOOST_TEST(p.fraction[4] == 0.433 * std::pow(0.83, 5), tolerance::tolerance(1e-9));
    BOOST_TEST(p.diameter_m[3] == 0.34e-3, tolerance::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(the_classes_hold_all_of_any_soil) {
    for (double sand = 0; sand <= 1.0; sand += 0.1)
        for (double clay = 0; clay <= 1.0 - sand + 1e-9; clay += 0.1) {
            const auto p = particles_of(sand, clay, 0.02);
            BOOST_TEST_CONTEXT("sand " << sand << " clay " << clay) {
                BOOST_TEST(sum(p.fraction) == 1.0, tolerance::tolerance(1e-9));
                double clay_held = 0;
                for (std::size_t k = 0; k < particle_classes; ++k) {
                    BOOST_TEST(p.fraction[k] >= -1e-12);
                    clay_held += p.fraction[k] * p.clay[k];
                }
                BOOST_TEST(std::abs(clay_held - clay) < 1e-9);
            }
        }
}

BOOST_AUTO_TEST_CASE(fine_grains_fall_as_stokes_has_it) {
    const double d = 0.002e-3;
    BOOST_TEST(fall_velocity(d, 2.65) == 1.65 * 9.81 * d * d / 18e-6, tolerance::tolerance(0.01));
    // Far beyond Stokes the speed is that of constant drag: sqrt(4 (s - 1) g d / (3 C2)), C2 = 0.4.
    const double constant_drag = std::sqrt(4 * 1.65 * 9.81 * 0.05 / (3 * 0.4));
    BOOST_TEST(fall_velocity(0.05, 2.65) == constant_drag, tolerance::tolerance(0.01));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::model
