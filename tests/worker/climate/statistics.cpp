// Do generated years have the statistics of the station they are generated from?
//
// Every bound is z standard errors of the statistic, from the number of days and years that it is taken from.
// z = 4.5 is exceeded by chance once in 147,000 checks; the table below makes about 750 checks (3 stations, 3
// seeds, 12 months, 7 statistics), so a correct generator with other seeds would fail here about once in 200
// times. The seeds are fixed, so the verdict is the same in every run.
#include "tests/worker/climate/stations.hpp"
#include "worker/programs/climate/climatology.hpp"
#include "worker/programs/climate/radiation.hpp"
#include "worker/programs/climate/simulation.hpp"
#include "worker/programs/climate/text.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <tuple>

namespace freshet::climate {

namespace {

constexpr int years = 100;
constexpr double z = 4.5;

std::vector<CliDay> written_days(const Station& station, int seed) {
    const auto text = format_cli(simulate_years(station, {.first = 1, .count = years}, {.seed = seed}));
    std::vector<std::string> lines;
    for (const auto line : split(text, '\n'))
        lines.emplace_back(line);
    return parse_cli(lines, "generated.cli").days;
}

/// Mean and standard deviation of one month's days of all years.
struct Sample {
    double count = 0;
    double sum = 0;
    double squares = 0;

    void add(double value) {
        ++count;
        sum += value;
        squares += value * value;
    }
    double mean() const { return sum / count; }
    double sd() const { return std::sqrt((squares - sum * sum / count) / (count - 1)); }
};

/// The chance that a day is wet, day by day through the year: the Markov chain's state runs on from one month
/// into the next, so the first days of a month are not yet at the month's long-run share.
std::vector<double> wet_chances(const Station& station) {
    std::vector<double> chances;
    auto chance = wet_share(station.wet_after_wet[11], station.wet_after_dry[11]);
    for (std::size_t month = 0; month < 12; ++month)
        for (int day = first_slot(static_cast<int>(month)); day < end_slot(static_cast<int>(month)); ++day) {
            chance = chance * station.wet_after_wet[month] + (1 - chance) * station.wet_after_dry[month];
            chances.push_back(chance);
        }
    return chances;
}

/// What differs from the station by more than its bound, a line each.
std::vector<std::string> deviations(const Station& station, const std::vector<CliDay>& days) {
    struct Month {
        Sample wet, amount, tmax, tmin, radiation;
        double expected_wet = 0;
    };
    std::array<Month, 12> months;
    const auto chances = wet_chances(station);
    for (const auto& day : days) {
        auto& month = months[static_cast<std::size_t>(month_index(day.date))];
        month.expected_wet += chances[static_cast<std::size_t>(slot_of(day.date))];
        month.wet.add(day.precipitation > 0 ? 1 : 0);
        if (day.precipitation > 0) month.amount.add(day.precipitation);
        month.tmax.add(day.tmax);
        month.tmin.add(day.tmin);
        month.radiation.add(day.radiation);
    }

    std::vector<std::string> found;
    for (std::size_t i = 0; i < months.size(); ++i) {
        const auto check = [&](std::string_view what, double value, double expected, double standard_error) {
            if (std::abs(value - expected) > z * standard_error)
                found.push_back(fmt::format("month {}: {} is {:.3f}, expected {:.3f} within {:.3f}", i + 1,
                    what, value, expected, z * standard_error));
        };
        const auto& month = months[i];
        const auto days_seen = month.tmax.count;

        // Wet days of a chain with persistence r = P(W/W) - P(W/D) vary more than independent ones: by (1 +
        // r) / (1 - r).
        const auto r = station.wet_after_wet[i] - station.wet_after_dry[i];
        const auto share = month.expected_wet / days_seen;
        const auto wet_variance = days_seen * share * (1 - share) * (1 + r) / (1 - r);
        check("number of wet days", month.wet.sum, month.expected_wet, std::sqrt(wet_variance));

        // The sum of a random number of amounts: E[K] var(X) + E[X]^2 var(K). The mean of a wet day is
        // checked against the number of wet days that there were.
        const auto mean = station.precipitation_mean[i] * millimetres_per_inch;
        const auto sd = station.precipitation_sd[i] * millimetres_per_inch;
        check("precipitation, mm", month.amount.sum, month.expected_wet * mean,
            std::sqrt(month.expected_wet * sd * sd + mean * mean * wet_variance));
        check("wet-day mean, mm", month.amount.mean(), mean, sd / std::sqrt(month.amount.count));

        // Days are independent and nearly normal: s / sqrt(n), and s / sqrt(2 n) for the standard deviation.
        const auto check_normal = [&](std::string_view what, const Sample& sample, double m, double s) {
            check(fmt::format("mean {}", what), sample.mean(), m, s / std::sqrt(days_seen));
            check(fmt::format("sd of {}", what), sample.sd(), s, s / std::sqrt(2 * days_seen));
        };
        check_normal("tmax, C", month.tmax, celsius(station.tmax_mean[i]), station.tmax_sd[i] / 1.8);
        check_normal("tmin, C", month.tmin, celsius(station.tmin_mean[i]), station.tmin_sd[i] / 1.8);
        check("mean radiation, ly/d", month.radiation.mean(), station.radiation_mean[i],
            station.radiation_sd[i] / std::sqrt(days_seen));
    }
    return found;
}

/// What no day can be, by name.
std::vector<std::string_view> impossibilities(const CliDay& day, const Station& station) {
    const auto clear =
        clear_sky_radiation(station.latitude, station.elevation * metres_per_foot, slot_of(day.date));
    const auto wet = day.precipitation > 0;
    const auto calm = day.wind_speed == 0;
    const std::pair<bool, std::string_view> table[] = {
        {day.tmin >= day.tmax, "tmin not below tmax"},
        {day.dew_point > (day.tmin + day.tmax) / 2 + 0.1, "dew point above the mean temperature"},
        {day.radiation <= 0 || day.radiation > clear + 0.5, "radiation not between 0 and clear sky"},
        {day.wind_speed < 0, "wind speed below 0"},
        {day.wind_direction < 0 || day.wind_direction > 360, "wind direction not within 0 .. 360"},
        {calm && day.wind_direction != 0, "a calm day with a wind direction"},
        {day.precipitation != 0 && day.precipitation < 0.3, "less than 0.01 inch of precipitation"},
        {wet && (day.duration <= 0 || day.duration > 24), "storm duration not within 24 h"},
        {wet && (day.time_to_peak <= 0 || day.time_to_peak >= 1), "time to peak not between 0 and 1"},
        {wet && day.peak_ratio < 1, "peak intensity below the mean"},
        {!wet && (day.duration != 0 || day.time_to_peak != 0 || day.peak_ratio != 0), "a storm on a dry day"},
    };
    std::vector<std::string_view> found;
    for (const auto& [impossible, name] : table)
        if (impossible) found.push_back(name);
    return found;
}

const std::vector<Station>& stations() {
    static const std::vector<Station> all{prairie_station(), desert_station(), seattle_station()};
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(a_hundred_years_have_the_stations_statistics) {
    for (const auto& station : stations())
        for (const int seed : {0, 1, 77777})
            for (const auto& deviation : deviations(station, written_days(station, seed)))
                BOOST_ERROR(station.name << ", seed " << seed << ": " << deviation);
}

BOOST_AUTO_TEST_CASE(a_generator_with_one_wrong_parameter_would_be_caught) {
    struct Mutation {
        std::string what;
        std::function<void(Station&)> apply;
    };
    const Mutation table[] = {
        {"MEAN P of June 25 % too high",
            [](Station& s) {
                s.precipitation_mean[5] *= 1.25;
            }},
        {"P(W/D) of June 25 % too high",
            [](Station& s) {
                s.wet_after_dry[5] *= 1.25;
            }},
        {"P(W/W) of June half of what it is",
            [](Station& s) {
                s.wet_after_wet[5] *= 0.5;
            }},
        {"TMAX of June 1 F too high",
            [](Station& s) {
                s.tmax_mean[5] += 1;
            }},
        {"TMIN of June 1 F too low",
            [](Station& s) {
                s.tmin_mean[5] -= 1;
            }},
        {"SD TMAX of June 10 % too high",
            [](Station& s) {
                s.tmax_sd[5] *= 1.1;
            }},
        {"SD TMIN of June 10 % too low",
            [](Station& s) {
                s.tmin_sd[5] *= 0.9;
            }},
        {"SOL.RAD of June 2 % too high",
            [](Station& s) {
                s.radiation_mean[5] *= 1.02;
            }},
    };
    for (const auto& [what, apply] : table) {
        auto wrong = prairie_station();
        apply(wrong);
        BOOST_TEST(!deviations(prairie_station(), written_days(wrong, 1)).empty(), what);
    }
}

BOOST_AUTO_TEST_CASE(mean_preserving_interpolation_keeps_the_monthly_temperatures) {
    const auto station = prairie_station();
    const auto file = simulate_years(
        station, {.first = 1, .count = years}, {.interpolation = Interpolation::mean_preserving, .seed = 1});
    std::array<Sample, 12> tmax;
    for (const auto& day : file.days)
        tmax[static_cast<std::size_t>(month_index(day.date))].add(day.tmax);
    for (std::size_t month = 0; month < 12; ++month) {
        const auto& sample = tmax[month];
        BOOST_TEST(std::abs(sample.mean() - celsius(station.tmax_mean[month])) <
                   z * sample.sd() / std::sqrt(sample.count));
    }
}

BOOST_AUTO_TEST_CASE(every_day_is_a_possible_day) {
    for (const auto& station : stations())
        for (const auto& day : written_days(station, 5))
            for (const auto impossible : impossibilities(day, station))
                BOOST_ERROR(station.name << " on " << to_string(day.date) << ": " << impossible);
}

BOOST_AUTO_TEST_CASE(wind_comes_from_each_direction_and_is_calm_as_often_as_stated) {
    const auto station = desert_station();
    Sample calm;
    Sample north;
    Sample speed;
    for (const auto& day : written_days(station, 2)) {
        calm.add(day.wind_speed == 0 ? 1 : 0);
        if (day.wind_speed == 0) continue;
        speed.add(day.wind_speed);
        north.add(day.wind_direction <= 11 || day.wind_direction >= 349 ? 1 : 0);
    }
    BOOST_TEST(std::abs(calm.mean() - 0.4) < z * std::sqrt(0.4 * 0.6 / calm.count));
    // Whole degrees 349 .. 11 are 23 of 360.
    BOOST_TEST(std::abs(north.mean() - 23.0 / 360) < z * std::sqrt(0.06 / north.count));
    BOOST_TEST(std::abs(speed.mean() - 3.5) < z * 1.9 / std::sqrt(speed.count));
}

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_file_byte_for_byte_and_another_seed_another_one) {
    for (const auto& station : stations())
        for (const auto interpolation : {Interpolation::none, Interpolation::linear, Interpolation::fourier,
                 Interpolation::mean_preserving}) {
            const auto text = [&](int seed) {
                return format_cli(simulate_years(
                    station, {.first = 1, .count = 3}, {.interpolation = interpolation, .seed = seed}));
            };
            BOOST_TEST(text(7) == text(7));
            BOOST_TEST(text(7) != text(8));
        }
}

BOOST_AUTO_TEST_CASE(changing_one_variable_leaves_the_others_as_they_were) {
    auto wetter = prairie_station();
    for (auto& chance : wetter.wet_after_dry)
        chance = std::min(1.0, chance * 1.5);
    const auto before = written_days(prairie_station(), 1);
    const auto after = written_days(wetter, 1);
    BOOST_REQUIRE(before.size() == after.size());
    int changed = 0;
    int more_rain = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto others = [](const CliDay& day) {
            return std::tuple(day.tmax, day.tmin, day.radiation, day.wind_speed, day.wind_direction);
        };
        if (others(before[i]) != others(after[i])) ++changed;
        if (before[i].precipitation > 0 && before[i].precipitation != after[i].precipitation) ++changed;
        if (before[i].precipitation == 0 && after[i].precipitation > 0) ++more_rain;
    }
    BOOST_TEST(changed == 0);
    BOOST_TEST(more_rain > 1000);
}

BOOST_AUTO_TEST_CASE(there_is_a_day_for_each_day_of_the_calendar) {
    const auto days_of = [](int first, int count) {
        return simulate_years(desert_station(), {.first = first, .count = count}, {}).days;
    };
    BOOST_TEST(days_of(1, 1).size() == 365);
    BOOST_TEST(days_of(4, 1).size() == 366);
    BOOST_TEST(days_of(1900, 1).size() == 365);
    BOOST_TEST(days_of(2000, 1).size() == 366);
    BOOST_TEST(days_of(1, 10).size() == 3652);
    const auto leap_year = days_of(2012, 1);
    BOOST_TEST((leap_year[59].date == date_of(2012, 2, 29)));
    BOOST_TEST((leap_year.back().date == date_of(2012, 12, 31)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
