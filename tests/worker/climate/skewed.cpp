#include "worker/programs/climate/skewed.hpp"

#include "worker/programs/climate/random.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

namespace freshet::climate {

namespace {

constexpr int count = 200'000;

Moments moments_of(const ClampedSkewed& variable) {
    Stream stream(11, Variable::amount);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; ++i) {
        const auto value = variable.at(stream.normal());
        sum += value;
        squares += value * value;
    }
    const auto mean = sum / count;
    return {.mean = mean, .sd = std::sqrt(squares / count - mean * mean)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(skewed)

BOOST_AUTO_TEST_CASE(cutting_off_the_smallest_amounts_leaves_mean_and_sd_as_wanted) {
    struct Case {
        Moments wanted;
        Bounds bounds;
    };
    const Case table[] = {
        {{.mean = 3, .sd = 3.6, .skew = 2.4}, {.low = 0.3}},
        {{.mean = 3, .sd = 5, .skew = 2}, {.low = 0.3}},
        {{.mean = 5.3, .sd = 8.4, .skew = 4.5}, {.low = 0.3}},
        {{.mean = 500, .sd = 90}, {.low = 30, .high = 620}},
        {{.mean = 10, .sd = 4, .skew = -0.5}, {.low = 0.2}},
    };
    for (const auto& [wanted, bounds] : table) {
        const auto found = moments_of(ClampedSkewed(wanted, bounds));
        BOOST_TEST_CONTEXT("mean " << wanted.mean << " sd " << wanted.sd << " skew " << wanted.skew) {
            // 5 standard errors of the mean; the sd of such skewed samples is known to about 1 %.
            BOOST_TEST(std::abs(found.mean - wanted.mean) < 5 * wanted.sd / std::sqrt(count));
            BOOST_TEST(std::abs(found.sd / wanted.sd - 1) < 0.02);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_spread_that_the_bounds_rule_out_still_keeps_the_mean) {
    const auto found = moments_of(ClampedSkewed({.mean = 1, .sd = 2.5, .skew = 1}, {.low = 0.3}));
    BOOST_TEST(std::abs(found.mean - 1) < 5 * 2.5 / std::sqrt(count));
    BOOST_TEST(found.sd < 2.5);
}

BOOST_AUTO_TEST_CASE(a_plain_cut_would_have_moved_the_mean) {
    const Moments wanted{.mean = 3, .sd = 5, .skew = 2};
    Stream stream(11, Variable::amount);
    double sum = 0;
    for (int i = 0; i < count; ++i)
        sum += std::max(0.3, wanted.mean + wanted.sd * pearson_deviate(stream.normal(), wanted.skew));
    BOOST_TEST(sum / count > 3.2);
}

BOOST_AUTO_TEST_CASE(no_value_leaves_the_bounds) {
    const ClampedSkewed variable({.mean = 500, .sd = 200}, {.low = 30, .high = 620});
    for (double z = -8; z <= 8; z += 0.1) {
        BOOST_TEST(variable.at(z) >= 30);
        BOOST_TEST(variable.at(z) <= 620);
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_vary_is_constant) {
    BOOST_TEST(ClampedSkewed({.mean = 4, .sd = 0}, {.low = 0.3}).at(2) == 4);
    BOOST_TEST(ClampedSkewed({.mean = 0, .sd = 1}, {.low = 0.3}).at(2) == 0.3);
    BOOST_TEST(ClampedSkewed({.mean = 700, .sd = 10}, {.low = 30, .high = 620}).at(-2) == 620);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
