#include "worker/programs/climate/fit.hpp"

#include "tests/worker/climate/refusal.hpp"
#include "tests/worker/climate/scratch.hpp"
#include "tests/worker/climate/stations.hpp"
#include "worker/programs/climate/climatology.hpp"
#include "worker/programs/climate/simulation.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cmath>

namespace freshet::climate {

namespace {

const std::string seattle_csv = FRESHET_SOURCE_DIR "/worker/samples/seattle-daily.csv";

std::vector<DailyRecord> generated_records(const Station& station, int years) {
    std::vector<DailyRecord> records;
    for (const auto& day : simulate_years(station, {.first = 1901, .count = years}, {.seed = 12}).days)
        records.push_back({.date = day.date,
            .precipitation = day.precipitation,
            .tmax = day.tmax,
            .tmin = day.tmin,
            .wind = day.wind_speed});
    return records;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fit)

BOOST_AUTO_TEST_CASE(fitting_the_sample_table_gives_the_sample_station_byte_for_byte) {
    const SiteFacts site{.name = "SEATTLE TACOMA AP WA",
        .id = "457473 0",
        .latitude = 47.44,
        .longitude = -122.31,
        .elevation = 113,
        .storm_type = 2};
    const auto text = format_par(fit_station(read_daily_csv(seattle_csv), site));
    BOOST_TEST(text == text_of(FRESHET_SOURCE_DIR "/worker/samples/seattle.par"));
}

BOOST_AUTO_TEST_CASE(the_fitted_station_has_the_figures_of_the_table) {
    // January 2012-2015, counted and averaged by hand from the table.
    double tmax = 0;
    double rain = 0;
    int days = 0;
    int wet = 0;
    for (const auto& record : read_daily_csv(seattle_csv)) {
        if (record.date.month() != std::chrono::January) continue;
        ++days;
        tmax += *record.tmax;
        rain += *record.precipitation;
        if (*record.precipitation > 0) ++wet;
    }
    BOOST_TEST(days == 124);
    const auto station = seattle_station();
    BOOST_TEST(std::abs(celsius(station.tmax_mean[0]) - tmax / days) < 0.01);
    BOOST_TEST(std::abs(station.precipitation_mean[0] * 25.4 - rain / wet) < 0.13);
    BOOST_TEST(station.notes.size() == 11);
}

BOOST_AUTO_TEST_CASE(fitting_generated_weather_finds_the_station_again) {
    constexpr int years = 200;
    constexpr double z = 4.5; // standard errors: a false alarm in 147,000
    const auto truth = prairie_station();
    const auto found = fit_station(generated_records(truth, years), {.latitude = truth.latitude});
    BOOST_TEST(found.years == years);
    for (std::size_t month = 0; month < 12; ++month) {
        const auto n = years * 28.0;
        const auto wet = n * wet_share(truth.wet_after_wet[month], truth.wet_after_dry[month]);
        const auto near = [&](double value, double expected, double sd, double count) {
            BOOST_TEST(std::abs(value - expected) < z * sd / std::sqrt(count) + 0.005);
        };
        near(found.precipitation_mean[month], truth.precipitation_mean[month], truth.precipitation_sd[month],
            wet);
        near(found.wet_after_wet[month], truth.wet_after_wet[month], 0.5, wet);
        near(found.wet_after_dry[month], truth.wet_after_dry[month], 0.5, n - wet);
        near(found.tmax_mean[month], truth.tmax_mean[month], truth.tmax_sd[month], n);
        near(found.tmin_mean[month], truth.tmin_mean[month], truth.tmin_sd[month], n);
        near(found.tmax_sd[month], truth.tmax_sd[month], truth.tmax_sd[month], 2 * n);
        near(found.tmin_sd[month], truth.tmin_sd[month], truth.tmin_sd[month], 2 * n);
        near(found.calm[month], truth.calm[month], 100 * std::sqrt(0.05), n);
        near(found.wind[4].mean[month], truth.wind[4].mean[month], truth.wind[4].sd[month], n * 0.94);
        BOOST_TEST(std::abs(found.wind[4].percent[month] * 16 + found.calm[month] - 100) < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(a_fitted_station_can_be_written_read_and_simulated) {
    const auto fitted =
        fit_station(generated_records(desert_station(), 3), {.latitude = -23.5, .elevation = 400});
    std::vector<std::string> lines;
    const auto text = format_par(fitted);
    for (const auto line : split(text, '\n'))
        lines.emplace_back(line);
    lines.pop_back();
    BOOST_TEST(lines.size() == 93);
    for (const auto& line : lines)
        BOOST_TEST(line.size() <= 80);
    BOOST_TEST(simulate_years(parse_par(lines, "x.par"), {.first = 1, .count = 2}, {}).days.size() == 730);
}

BOOST_AUTO_TEST_CASE(days_without_a_day_before_and_missing_values_are_left_out) {
    auto records = generated_records(prairie_station(), 4);
    for (auto& record : records)
        record.wind.reset();
    std::erase_if(records, [](const DailyRecord& record) { return unsigned{record.date.day()} == 10; });
    for (auto& record : records)
        if (unsigned{record.date.day()} == 20) record.tmax.reset();
    const auto station = fit_station(records, {.latitude = 48});
    for (const auto calm : station.calm)
        BOOST_TEST(calm == 100);
    BOOST_TEST(station.notes.back() == "NOT OBSERVED: ALL DAYS CALM");
}

BOOST_AUTO_TEST_CASE(a_table_of_a_few_days_is_refused) {
    auto records = generated_records(prairie_station(), 1);
    records.resize(40);
    BOOST_TEST(
        refusal_of([&] { fit_station(records, {}); }) ==
        "month 3: expected at least 2 days with temp_max, temp_min and precipitation on them and on the day "
        "before, found 0, 0 and 0");
    BOOST_TEST(!refusal_of([] { fit_station({}, {}); }).empty());
}

BOOST_AUTO_TEST_CASE(columns_may_stand_in_any_order_among_others) {
    const auto records = parse_daily_csv(
        {"weather,temp_min,temp_max,date,precipitation", "rain,1.5,7,2012-01-31,3.2", "sun,,,2012-02-01,"},
        "x.csv");
    BOOST_REQUIRE(records.size() == 2);
    BOOST_TEST((records[0].date == date_of(2012, 1, 31)));
    BOOST_TEST(*records[0].precipitation == 3.2);
    BOOST_TEST(*records[0].tmin == 1.5);
    BOOST_TEST(!records[0].wind);
    BOOST_TEST(!records[1].precipitation);
    BOOST_TEST(!records[1].tmax);
}

BOOST_AUTO_TEST_CASE(a_bad_table_is_refused_with_file_line_expected_and_found) {
    const std::string heading = "date,precipitation,temp_max,temp_min,wind";
    const std::pair<std::vector<std::string>, std::string> table[] = {
        {{}, "x.csv: expected a heading line, found an empty file"},
        {{"date,rain"}, "x.csv, line 1: expected a column \"precipitation\", found \"date,rain\""},
        {{heading, "2012-02-30,0,5,1,2"}, "x.csv, line 2: date: expected YYYY-MM-DD, found \"2012-02-30\""},
        {{heading, "2012-02-03,0,5,1"}, "x.csv, line 2: expected 5 fields, found 4"},
        {{heading, "2012-02-03,-1,5,1,2"},
            "x.csv, line 2: precipitation: expected a number 0 .. 2000 or nothing, found \"-1\""},
        {{heading, "2012-02-03,1,5,one,2"},
            "x.csv, line 2: temp_min: expected a number -99 .. 70 or nothing, found \"one\""},
        {{heading, "2012-02-03,1,5,6,2"}, "x.csv, line 2: temp_min: expected at most temp_max 5, found 6"},
        {{heading, "2012-02-03,1,5,1,2", "2012-02-03,1,5,1,2"},
            "x.csv, line 3: expected a day after 2/3/2012, found 2/3/2012"},
    };
    for (const auto& [lines, message] : table)
        BOOST_TEST(refusal_of([&, &lines = lines] { parse_daily_csv(lines, "x.csv"); }) == message);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
