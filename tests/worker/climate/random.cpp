#include "worker/programs/climate/random.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::climate {

BOOST_AUTO_TEST_SUITE(random)

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_numbers_on_every_machine) {
    // Figures of a separate implementation of splitmix64, xoshiro256** and the polar method.
    Stream stream(0, Variable::amount);
    BOOST_TEST(stream.uniform() == 0.070813383593997137);
    BOOST_TEST(stream.uniform() == 0.4108513169889304);
    BOOST_TEST(stream.normal() == -0.46021802699394088);
    BOOST_TEST(stream.normal() == 1.1591438179917382);
}

BOOST_AUTO_TEST_CASE(seeds_and_variables_have_streams_of_their_own) {
    const auto first = Stream(1, Variable::amount).uniform();
    BOOST_TEST(first == Stream(1, Variable::amount).uniform());
    BOOST_TEST(first != Stream(2, Variable::amount).uniform());
    BOOST_TEST(first != Stream(1, Variable::tmax).uniform());
}

BOOST_AUTO_TEST_CASE(uniform_numbers_are_spread_evenly_and_never_0_or_1) {
    constexpr int count = 100'000;
    Stream stream(3, Variable::tmax);
    double sum = 0;
    for (int i = 0; i < count; ++i) {
        const auto u = stream.uniform();
        BOOST_REQUIRE(u > 0 && u < 1);
        sum += u;
    }
    // Standard error of the mean: sqrt(1/12 / n); 5 of them are exceeded once in two million.
    BOOST_TEST(std::abs(sum / count - 0.5) < 5 * std::sqrt(1.0 / 12 / count));
}

BOOST_AUTO_TEST_CASE(normal_numbers_have_mean_0_variance_1_and_normal_tails) {
    constexpr int count = 100'000;
    Stream stream(3, Variable::tmin);
    double sum = 0;
    double squares = 0;
    int beyond_two = 0;
    for (int i = 0; i < count; ++i) {
        const auto z = stream.normal();
        sum += z;
        squares += z * z;
        if (std::abs(z) > 2) ++beyond_two;
    }
    // Standard errors: 1/sqrt(n), sqrt(2/n), and the binomial's with p = 0.0455; 5 of each.
    BOOST_TEST(std::abs(sum / count) < 5 / std::sqrt(count));
    BOOST_TEST(std::abs(squares / count - 1) < 5 * std::sqrt(2.0 / count));
    BOOST_TEST(
        std::abs(beyond_two / static_cast<double>(count) - 0.0455) < 5 * std::sqrt(0.0455 * 0.9545 / count));
}

BOOST_AUTO_TEST_CASE(the_machine_independent_logarithm_and_exponential_are_accurate) {
    for (double x = 1e-18; x < 1e18; x *= 1.37)
        BOOST_TEST(exact_log(x) == std::log(x), boost::test_tools::tolerance(1e-14));
    BOOST_TEST(exact_log(1) == 0);
    for (double x = -40; x < 40; x += 0.37)
        BOOST_TEST(exact_exp(x) == std::exp(x), boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
