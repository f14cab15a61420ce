#include "worker/programs/climate/storm.hpp"

#include "tests/worker/climate/stations.hpp"
#include "worker/programs/climate/simulation.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::climate {

namespace {

constexpr int july = 200;
constexpr int january = 15;

} // namespace

BOOST_AUTO_TEST_SUITE(storm)

BOOST_AUTO_TEST_CASE(the_months_largest_half_hour_becomes_the_mean_share_of_a_day) {
    auto station = desert_station();
    station.half_hour_intensity.fill(0.6);
    station.precipitation_mean.fill(0.5);
    station.wet_after_wet.fill(0.5);
    station.wet_after_dry.fill(0.5);
    // 15.5 wet days in January: 0.3 inch / ln(16) / 0.5 inch.
    BOOST_TEST(std::abs(half_hour_shares(station)[0] - 0.3 / std::log(16.0) / 0.5) < 1e-9);
    // Less than 2.2 wet days: the largest is the mean.
    station.wet_after_wet.fill(0);
    station.wet_after_dry.fill(0.05);
    BOOST_TEST(std::abs(half_hour_shares(station)[0] - 0.3 / 0.5) < 1e-9);
}

BOOST_AUTO_TEST_CASE(half_hour_intensities_are_smoothed_over_three_months) {
    auto station = desert_station();
    station.half_hour_intensity.fill(0);
    station.half_hour_intensity[11] = 0.9;
    const auto shares = half_hour_shares(station);
    BOOST_TEST(shares[0] == shares[11]);
    BOOST_TEST(shares[10] == shares[11]);
    BOOST_TEST(shares[1] < shares[0]);
}

BOOST_AUTO_TEST_CASE(heavy_showers_are_shorter_than_even_rain) {
    const auto mean_duration = [](int slot) {
        StormModel storms(prairie_station(), Interpolation::none, 4);
        double sum = 0;
        for (int i = 0; i < 2000; ++i)
            sum += storms.draw(slot, 8, 15).duration;
        return sum / 2000;
    };
    BOOST_TEST(mean_duration(july) < 0.7 * mean_duration(january));
}

BOOST_AUTO_TEST_CASE(storms_stay_within_what_the_model_program_can_read) {
    auto even_rain = prairie_station();
    even_rain.half_hour_intensity.fill(0);
    auto cloudbursts = prairie_station();
    cloudbursts.half_hour_intensity.fill(20);
    for (const auto& station : {even_rain, cloudbursts, prairie_station()})
        for (const double precipitation : {0.3, 5.0, 25.4, 400.0}) {
            StormModel storms(station, Interpolation::none, 9);
            for (int i = 0; i < 2000; ++i) {
                const auto storm = storms.draw(july, precipitation, 15);
                BOOST_TEST(storm.duration > 0);
                BOOST_TEST(storm.duration <= 24);
                BOOST_TEST(storm.time_to_peak >= 0.01);
                BOOST_TEST(storm.time_to_peak <= 0.99);
                BOOST_TEST(storm.peak_ratio >= 1.01);
                BOOST_TEST(storm.peak_ratio < 999);
            }
        }
}

BOOST_AUTO_TEST_CASE(the_peak_is_no_higher_than_the_storm_type_allows) {
    auto station = prairie_station();
    station.half_hour_intensity.fill(20);
    station.storm_type = 2;
    StormModel storms(station, Interpolation::none, 9);
    bool reached = false;
    for (int i = 0; i < 2000; ++i) {
        const auto storm = storms.draw(july, 100, 15);
        const auto mean = 100 / storm.duration;
        if (storm.peak_ratio > 1.01) BOOST_TEST(storm.peak_ratio * mean < 154.94 + 1e-6);
        reached |= storm.peak_ratio * mean > 154.9;
    }
    BOOST_TEST(reached);
}

BOOST_AUTO_TEST_CASE(snow_falls_evenly) {
    StormModel storms(prairie_station(), Interpolation::none, 9);
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(storms.draw(january, 8, -0.1).peak_ratio == 1.01);
}

BOOST_AUTO_TEST_CASE(times_to_peak_follow_the_stations_distribution) {
    constexpr int count = 20'000;
    const auto station = prairie_station();
    StormModel storms(station, Interpolation::none, 3);
    std::array<int, 12> twelfths{};
    for (int i = 0; i < count; ++i)
        ++twelfths[static_cast<std::size_t>(storms.draw(july, 8, 15).time_to_peak * 12)];
    double cumulative = 0;
    for (std::size_t i = 0; i < 12; ++i) {
        cumulative += twelfths[i];
        const auto expected = station.time_to_peak[i];
        // Binomial, 4.5 standard errors.
        BOOST_TEST(
            std::abs(cumulative / count - expected) <= 4.5 * std::sqrt(expected * (1 - expected) / count));
    }
}

BOOST_AUTO_TEST_CASE(a_design_storm_is_written_as_given) {
    const auto file = simulate_storm(prairie_station(),
        {.date = date_of(12, 6, 15),
            .precipitation = 63.5,
            .duration = 6,
            .time_to_peak = 0.4,
            .peak_ratio = 4.5},
        {});
    BOOST_TEST((file.header.mode == CliMode::single_storm));
    BOOST_TEST(file.header.first_year == 12);
    BOOST_TEST(file.header.years == 1);
    BOOST_REQUIRE(file.days.size() == 1);
    const auto& day = file.days.front();
    BOOST_TEST((day.date == date_of(12, 6, 15)));
    BOOST_TEST(day.precipitation == 63.5);
    BOOST_TEST(day.duration == 6);
    BOOST_TEST(day.time_to_peak == 0.4);
    BOOST_TEST(day.peak_ratio == 4.5);
    BOOST_TEST(day.tmin < day.tmax);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
