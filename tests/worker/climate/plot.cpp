#include "worker/programs/climate/plot.hpp"

#include "tests/worker/climate/stations.hpp"
#include "worker/programs/climate/simulation.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::climate {

namespace {

CliFile two_days() {
    return {.header = {.station = "A < B & C", .first_year = 2000, .years = 1},
        .days = {{.date = date_of(2000, 1, 1), .precipitation = 4, .tmax = 10, .tmin = 2},
            {.date = date_of(2000, 1, 2), .precipitation = 0, .tmax = 14, .tmin = -4}}};
}

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

} // namespace

BOOST_AUTO_TEST_SUITE(plot)

BOOST_AUTO_TEST_CASE(months_are_averaged_by_their_days) {
    const auto weather = monthly_weather(two_days());
    BOOST_TEST(weather.precipitation[0] == 62);
    BOOST_TEST(weather.tmax[0] == 12);
    BOOST_TEST(weather.tmin[0] == -1);
}

BOOST_AUTO_TEST_CASE(the_drawing_has_a_bar_and_two_points_a_month_and_names_its_axes) {
    const auto file = simulate_years(prairie_station(), {.first = 1, .count = 2}, {});
    const auto svg = plot_svg(file, std::nullopt);
    BOOST_TEST(svg.starts_with("<svg xmlns="));
    BOOST_TEST(svg.ends_with("</svg>\n"));
    BOOST_TEST(count_of(svg, " mm</title>") == 12);
    BOOST_TEST(count_of(svg, " C</title>") == 24);
    BOOST_TEST(count_of(svg, ">Jan<") == 2);
    for (const auto text :
        {"PRAIRIE 3 NE ND", "years 1-2", "temperature, \u00b0C", "precipitation, mm a month"})
        BOOST_TEST(count_of(svg, text) == 1, text);
    BOOST_TEST(count_of(svg, "nan") == 0);
    const auto compared = plot_svg(file, monthly_weather(prairie_station()));
    BOOST_TEST(count_of(compared, " mm</title>") == 24);
    BOOST_TEST(count_of(compared, ">station<") == 2);
}

BOOST_AUTO_TEST_CASE(a_stations_name_cannot_break_the_drawing) {
    BOOST_TEST(count_of(plot_svg(two_days(), std::nullopt), "A &lt; B &amp; C") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
