#include "worker/programs/climate/observed.hpp"

#include "tests/worker/climate/refusal.hpp"
#include "tests/worker/climate/stations.hpp"
#include "worker/programs/climate/simulation.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cmath>

namespace freshet::climate {

namespace {

bool near(double found, double expected) {
    return std::abs(found - expected) < 1e-9;
}

} // namespace

BOOST_AUTO_TEST_SUITE(observed)

BOOST_AUTO_TEST_CASE(measured_values_are_converted_and_9999_is_missing) {
    const auto days =
        parse_prn({"    1    1 1999   25   50   32", "1    2    1999 9999 9999 -13  "}, "x.prn");
    BOOST_REQUIRE(days.size() == 2);
    BOOST_TEST((days[0].date == date_of(1999, 1, 1)));
    BOOST_TEST(near(*days[0].observation.precipitation, 6.35));
    BOOST_TEST(near(*days[0].observation.tmax, 10));
    BOOST_TEST(near(*days[0].observation.tmin, 0));
    BOOST_TEST(!days[1].observation.precipitation);
    BOOST_TEST(!days[1].observation.tmax);
    BOOST_TEST(near(*days[1].observation.tmin, -25));
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_refused_with_file_line_expected_and_found) {
    const std::pair<std::vector<std::string>, std::string> table[] = {
        {{}, "x.prn: expected a line a day, found none"},
        {{"junk"}, "x.prn, line 1: month: expected an integer in columns 1-5, found \"junk\""},
        {{"    1    1 1999   25   50"},
            "x.prn, line 1: tmin (F): expected an integer in columns 26-30, found \"\""},
        {{"   13    1 1999    0   50   32"},
            "x.prn, line 1: expected a date as month day year, found 13 1 1999"},
        {{"    1    2 1999    0   50   32"}, "x.prn, line 1: expected the day 1/1/1999, found 1/2/1999"},
        {{"    1    1 1999    0   50   32", "    1    3 1999    0   50   32"},
            "x.prn, line 2: expected the day 1/2/1999, found 1/3/1999"},
        {{"    1    1 1999   -1   50   32"},
            "x.prn, line 1: precipitation: expected 0.01 inch units, 0 or more, or 9999, found -1"},
        {{"    1    1 1999    0   50   51"}, "x.prn, line 1: tmin: expected at most tmax 50, found 51"},
    };
    for (const auto& [lines, message] : table)
        BOOST_TEST(refusal_of([&, &lines = lines] { parse_prn(lines, "x.prn"); }) == message);
}

BOOST_AUTO_TEST_CASE(measured_days_are_kept_and_what_is_missing_is_generated) {
    std::vector<ObservedDay> days;
    for (auto date = date_of(2003, 1, 1); date < date_of(2004, 7, 1); date = next_day(date)) {
        const auto day = unsigned{date.day()};
        ObservedDay observed{.date = date};
        if (day % 3 != 0) observed.observation.precipitation = day % 3 == 1 ? 0 : 5.0;
        if (day % 4 != 0) observed.observation.tmax = 20;
        if (day % 5 != 0) observed.observation.tmin = 4;
        days.push_back(observed);
    }
    const auto file = simulate_observed(desert_station(), days, {.seed = 3});
    BOOST_TEST(file.header.first_year == 2003);
    BOOST_TEST(file.header.years == 2);
    BOOST_REQUIRE(file.days.size() == 365 + 366);
    for (std::size_t i = 0; i < days.size(); ++i) {
        const auto& [date, observation] = days[i];
        const auto& day = file.days[i];
        BOOST_TEST((day.date == date));
        if (observation.precipitation) BOOST_TEST(day.precipitation == *observation.precipitation);
        if (observation.tmax) BOOST_TEST(day.tmax == *observation.tmax);
        if (observation.tmin) BOOST_TEST(day.tmin == *observation.tmin);
        BOOST_TEST(day.tmin < day.tmax);
        BOOST_TEST((day.precipitation > 0) == (day.peak_ratio >= 1.01));
        BOOST_TEST((day.precipitation > 0) == (day.duration > 0));
    }
    BOOST_TEST((file.days.back().date == date_of(2004, 12, 31)));
}

BOOST_AUTO_TEST_CASE(a_missing_amount_is_as_likely_to_be_wet_as_after_the_measured_day_before) {
    auto station = desert_station();
    station.wet_after_wet.fill(1);
    station.wet_after_dry.fill(0);
    std::vector<ObservedDay> days;
    for (auto date = date_of(2003, 1, 1); date < date_of(2004, 1, 1); date = next_day(date)) {
        ObservedDay observed{.date = date};
        if (unsigned{date.day()} == 1)
            observed.observation.precipitation = unsigned{date.month()} % 2 == 0 ? 5.0 : 0;
        days.push_back(observed);
    }
    for (const auto& day : simulate_observed(station, days, {}).days)
        BOOST_TEST((day.precipitation > 0) == (unsigned{day.date.month()} % 2 == 0));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
