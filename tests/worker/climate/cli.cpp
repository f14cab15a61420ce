#include "worker/programs/climate/cli.hpp"

#include "tests/worker/climate/refusal.hpp"
#include "tests/worker/climate/stations.hpp"
#include "worker/programs/climate/simulation.hpp"
#include "worker/programs/climate/text.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::climate {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (const auto line : split(text, '\n'))
        lines.emplace_back(line);
    lines.pop_back();
    return lines;
}

std::vector<std::string> year_of_lines() {
    return lines_of(format_cli(simulate_years(prairie_station(), {.first = 1, .count = 1},
        {.interpolation = Interpolation::linear, .seed = 42, .command_line = "-iprairie.par -b1 -y1 -t5"})));
}

} // namespace

BOOST_AUTO_TEST_SUITE(cli)

BOOST_AUTO_TEST_CASE(the_heading_stands_where_cligen_puts_it) {
    const auto lines = year_of_lines();
    BOOST_TEST(lines.size() == 15 + 365);
    BOOST_TEST(lines[0] == "5.32300");
    BOOST_TEST(lines[1] == "   1   0   0");
    BOOST_TEST(
        lines[2] ==
        "  Station:  PRAIRIE 3 NE ND                                CLIGEN VER. 5.32300 -r:   42 -I: 1");
    BOOST_TEST(
        lines[3] ==
        " Latitude Longitude Elevation (m) Obs. Years   Beginning year  Years simulated Command Line:");
    BOOST_TEST(lines[4] == "    48.25   -99.90         460          57           1               1          "
                           "-iprairie.par -b1 -y1 -t5");
    BOOST_TEST(lines[5] == " Observed monthly ave max temperature (C)");
    BOOST_TEST(lines[6] == " -10.9  -7.2  -0.1  10.8  19.3  24.1  27.6  27.2  21.0  12.3   0.4  -7.6");
    BOOST_TEST(lines[7] == " Observed monthly ave min temperature (C)");
    BOOST_TEST(lines[9] == " Observed monthly ave solar radiation (Langleys/day)");
    BOOST_TEST(lines[10] == " 132.0 217.0 329.0 429.0 502.0 553.0 562.0 476.0 348.0 228.0 135.0 101.0");
    BOOST_TEST(lines[11] == " Observed monthly ave precipitation (mm)");
    // January: 0.06 inch x 31 days x 0.18 / (1 - 0.38 + 0.18).
    BOOST_TEST(lines[12].substr(0, 6) == "  10.6");
    BOOST_TEST(lines[13] == " da mo year  prcp  dur   tp     ip  tmax  tmin  rad  w-vl w-dir  tdew");
    BOOST_TEST(lines[14] == "             (mm)  (h)               (C)   (C) (l/d) (m/s)(Deg)   (C)");
}

BOOST_AUTO_TEST_CASE(a_day_stands_where_cligen_puts_it) {
    const CliDay day{.date = date_of(1, 6, 5),
        .precipitation = 12.5,
        .duration = 2.58,
        .time_to_peak = 0.07,
        .peak_ratio = 10.324,
        .tmax = 30.04,
        .tmin = -0.04,
        .radiation = 115.6,
        .wind_speed = 4.46,
        .wind_direction = 292,
        .dew_point = -11.8};
    CliFile file;
    file.days.push_back(day);
    const auto lines = lines_of(format_cli(file));
    BOOST_TEST(lines.back() == "  5  6     1  12.5  2.58 0.07  10.32  30.0   0.0 116.  4.5  292. -11.8");
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_by_a_strict_reader) {
    const auto file = parse_cli(year_of_lines(), "x.cli");
    BOOST_TEST(file.header.station == " PRAIRIE 3 NE ND");
    BOOST_TEST(file.header.seed == 42);
    BOOST_TEST(file.header.interpolation == 1);
    BOOST_TEST(file.header.elevation == 460);
    BOOST_TEST(file.header.command_line == "-iprairie.par -b1 -y1 -t5");
    BOOST_TEST(file.header.radiation[6] == 562);
    BOOST_TEST(file.days.size() == 365);
    BOOST_TEST(joined(lines_of(format_cli(file))) == joined(year_of_lines()));
}

BOOST_AUTO_TEST_CASE(the_blank_last_line_that_cligen_writes_is_allowed) {
    auto lines = year_of_lines();
    lines.push_back("  ");
    BOOST_TEST(parse_cli(lines, "x.cli").days.size() == 365);
}

BOOST_AUTO_TEST_CASE(a_broken_file_is_refused_with_line_expected_and_found) {
    struct Case {
        std::size_t number;
        std::string text;
        std::string message;
    };
    const Case table[] = {
        {2, "   1   1   0", "x.cli, line 2: expected the mode 1 or 2, then 0 0 (no breakpoints, with wind)"},
        {6, " Maximum",
            "x.cli, line 6: expected \" Observed monthly ave max temperature (C)\", found \" Maximum\""},
        {7, " -10.9  -7.2", "x.cli, line 7: expected a monthly value, found \"\""},
        {16, "  1  1     1   0.0", "x.cli, line 16: expected 70 columns, found 18: \"  1  1     1   0.0\""},
        {17, "  3  1     1   0.0  0.00 0.00   0.00   9.8   4.4 127.  4.4  313.  -2.0",
            "x.cli, line 17: expected the day 1/2/1, found 1/3/1"},
        {18, "  3  1     1  0.00  0.00 0.00   0.00   9.8   4.4 127.  4.4  313.  -2.0",
            "x.cli, line 18: prcp: expected a number with 1 decimals in columns 14-18, found \" 0.00\""},
        {18, "  3  1     1   0.0  0.00 0.00 ******   9.8   4.4 127.  4.4  313.  -2.0",
            "x.cli, line 18: ip: expected a number with 2 decimals in columns 31-36, found \"******\""},
    };
    for (const auto& [number, text, message] : table) {
        auto lines = year_of_lines();
        lines[number - 1] = text;
        BOOST_TEST(refusal_of([&] { parse_cli(lines, "x.cli"); }) == message);
    }
}

BOOST_AUTO_TEST_CASE(a_file_with_fewer_years_than_it_says_is_refused) {
    auto lines = year_of_lines();
    lines[4].replace(68, 2, "20");
    BOOST_TEST(refusal_of([&] { parse_cli(lines, "x.cli"); }) ==
               "x.cli, line 380: expected 20 years of days, found 1");
    lines.resize(15);
    BOOST_TEST(refusal_of([&] { parse_cli(lines, "x.cli"); }) ==
               "x.cli, line 15: expected a line a day, found the end of the file");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
