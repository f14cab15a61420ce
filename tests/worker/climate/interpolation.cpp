#include "worker/programs/climate/interpolation.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace freshet::climate {

namespace {

constexpr Monthly warm_summer{2.9, 7.1, 12.4, 16.7, 21.8, 27.3, 33.0, 31.8, 26.1, 18.3, 9.1, 3.4};
constexpr Monthly two_storms{0, 0, 0, 0, 0.4, 0, 0, 0, 0, 0.9, 0, 0};

Daily daily(const Monthly& monthly, Interpolation kind) {
    return interpolate(monthly, kind, -1000, 1000);
}

double mean_of_month(const Daily& values, int month) {
    return std::accumulate(values.begin() + first_slot(month), values.begin() + end_slot(month), 0.0) /
           (end_slot(month) - first_slot(month));
}

double largest_step(const Daily& values) {
    double largest = std::abs(values.front() - values.back());
    for (std::size_t slot = 1; slot < values.size(); ++slot)
        largest = std::max(largest, std::abs(values[slot] - values[slot - 1]));
    return largest;
}

} // namespace

BOOST_AUTO_TEST_SUITE(interpolation)

BOOST_AUTO_TEST_CASE(none_gives_each_day_its_months_value) {
    const auto values = daily(warm_summer, Interpolation::none);
    BOOST_TEST(values[0] == 2.9);
    BOOST_TEST(values[30] == 2.9);
    BOOST_TEST(values[31] == 7.1);
    BOOST_TEST(values[59] == 7.1);
    BOOST_TEST(values[60] == 12.4);
    BOOST_TEST(values[365] == 3.4);
}

BOOST_AUTO_TEST_CASE(linear_and_fourier_go_through_the_middles_of_the_months) {
    for (const auto kind : {Interpolation::linear, Interpolation::fourier}) {
        const auto values = daily(warm_summer, kind);
        BOOST_TEST(std::abs(values[15] - 2.9) < 0.1);
        BOOST_TEST(std::abs(values[197] - 33.0) < 0.1);
        BOOST_TEST(std::abs(values[350] - 3.4) < 0.1);
    }
}

BOOST_AUTO_TEST_CASE(smooth_kinds_have_no_step_at_the_end_of_a_month_or_of_the_year) {
    BOOST_TEST(largest_step(daily(warm_summer, Interpolation::none)) > 5);
    for (const auto kind : {Interpolation::linear, Interpolation::fourier, Interpolation::mean_preserving})
        BOOST_TEST(largest_step(daily(warm_summer, kind)) < 0.6);
}

BOOST_AUTO_TEST_CASE(mean_preserving_keeps_every_months_mean) {
    for (const auto& monthly : {warm_summer, two_storms}) {
        const auto values = daily(monthly, Interpolation::mean_preserving);
        for (int month = 0; month < months_in_year; ++month)
            BOOST_TEST(
                std::abs(mean_of_month(values, month) - monthly[static_cast<std::size_t>(month)]) < 1e-5);
    }
}

BOOST_AUTO_TEST_CASE(probabilities_stay_probabilities_whatever_the_kind) {
    for (const auto kind : {Interpolation::none, Interpolation::linear, Interpolation::fourier,
             Interpolation::mean_preserving}) {
        const auto values = interpolate(two_storms, kind, 0, 1);
        BOOST_TEST(std::ranges::min(values) >= 0);
        BOOST_TEST(std::ranges::max(values) <= 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
