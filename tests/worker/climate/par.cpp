#include "worker/programs/climate/par.hpp"

#include "tests/worker/climate/refusal.hpp"
#include "tests/worker/climate/stations.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::climate {

BOOST_AUTO_TEST_SUITE(par)

BOOST_AUTO_TEST_CASE(a_station_file_has_93_lines_and_reading_and_writing_it_gives_the_same_text) {
    const auto lines = prairie_par();
    BOOST_TEST(lines.size() == 93);
    BOOST_TEST(format_par(parse_par(lines, "prairie.par")) == joined(lines));
}

BOOST_AUTO_TEST_CASE(every_figure_is_read_from_its_columns) {
    const auto station = prairie_station();
    BOOST_TEST(station.name == " PRAIRIE 3 NE ND");
    BOOST_TEST(station.id == "321234 0");
    BOOST_TEST(station.latitude == 48.25);
    BOOST_TEST(station.longitude == -99.90);
    BOOST_TEST(station.years == 57);
    BOOST_TEST(station.storm_type == 3);
    BOOST_TEST(station.elevation == 1510);
    BOOST_TEST(station.half_hour_peak == 0.92);
    BOOST_TEST(station.six_hour_peak == 2.95);
    BOOST_TEST(station.precipitation_mean[0] == 0.06);
    BOOST_TEST(station.precipitation_skew[7] == 4.71);
    BOOST_TEST(station.wet_after_wet[4] == 0.44);
    BOOST_TEST(station.wet_after_dry[4] == 0.23);
    BOOST_TEST(station.tmin_mean[0] == -8.45);
    BOOST_TEST(station.tmin_mean[11] == 0.08);
    BOOST_TEST(station.radiation_mean[6] == 562);
    BOOST_TEST(station.half_hour_intensity[6] == 1.52);
    BOOST_TEST(station.time_to_peak[11] == 1);
    BOOST_TEST(station.wind[15].skew[3] == -0.12);
    BOOST_TEST(station.calm[7] == 5.60);
    BOOST_TEST(station.notes.size() == 11);
}

BOOST_AUTO_TEST_CASE(leading_zeros_other_blanks_and_the_old_spelling_of_skew_are_read_too) {
    auto lines = prairie_par();
    lines[3] = " MEAN P   0.06  0.07  0.11  0.19  0.25  0.31  0.32  0.29  0.24  0.18  0.09  0.06";
    lines[5] = " SQEW P   2.31  3.02  2.74  2.66  2.92  3.17  3.41  4.71  2.83  2.29  2.60  2.45";
    lines[16].replace(0, 8, "TIME PK ");
    lines[17].replace(0, 8, "%   N   ");
    BOOST_TEST(format_par(parse_par(lines, "prairie.par")) == joined(prairie_par()));
}

struct BadLine {
    int number;
    std::string text;
    std::string message;
};

BOOST_AUTO_TEST_CASE(a_bad_line_is_refused_with_file_line_expected_and_found) {
    const BadLine table[] = {
        {1, "", "x.par, line 1: expected a station name in columns 1-41, found blanks"},
        {2, " LATT=  98.25 LONG= -99.90 YEARS= 57. TYPE= 3",
            "x.par, line 2: LATT: expected a number -90 .. 90 in columns 7-13, found \"  98.25\""},
        {2, " LATT=  48.25 LONG= -99.90 YEARS= 57. TYPE= 5",
            "x.par, line 2: TYPE: expected a number 1 .. 4 in columns 44-45, found \" 5\""},
        {3, " ELEVATION = high. TP5 =  .92 TP6= 2.95",
            "x.par, line 3: ELEVATION: expected a number -2000 .. 30000 in columns 13-17, found \" high\""},
        {4, " MEAN X    .06   .07   .11   .19   .25   .31   .32   .29   .24   .18   .09   .06",
            "x.par, line 4: expected the label \"MEAN P\", found \"MEAN X\""},
        {5, " S DEV P   .07   .09   .1x   .26   .33   .41   .45   .42   .34   .24   .12   .08",
            "x.par, line 5: S DEV P, value 3: expected a number 0 .. 99 in columns 21-26, found \"   .1x\""},
        {7, " P(W/W)    .38   .37   .39   .42   .44   .45   .38   .36   .38   .40   .39  1.40",
            "x.par, line 7: P(W/W), value 12: expected a number 0 .. 1 in columns 75-80, found \"  1.40\""},
        {9, " TMAX AV 12.31 19.08 31.90 51.44",
            "x.par, line 9: TMAX AV, value 5: expected a number -99 .. 150 in columns 33-38, found \"\""},
        {10, " TMIN AV -8.45 -1.73 13.02 28.90 40.66 51.37 81.62 53.04 42.71 30.60 14.45   .08",
            "x.par, line 10: TMIN AV, value 7: expected less than TMAX AV 81.62, found 81.62"},
        {11, " SD TMAX 16.02 15.40 13.72 13.11   nan  9.35  8.01  8.84 11.62 12.30 13.95 14.88",
            "x.par, line 11: SD TMAX, value 5: expected a number 0 .. 99 in columns 33-38, found \"   nan\""},
        {17, "Time Pk   .590  .702  .650  .795  .820  .838  .862  .885  .900  .929  .957 1.000",
            "x.par, line 17: Time Pk: expected shares that never fall and end with 1.000, found 0.590 0.702 "
            "0.650 "
            "0.795 0.820 0.838 0.862 0.885 0.900 0.929 0.957 1.000"},
        {18, "% NNE     6.05  6.00  6.10  6.00  6.05  6.00  5.95  5.90  6.00  6.05  6.00  6.05",
            "x.par, line 18: expected the label \"% N\", found \"% NNE\""},
        {82, "INTERPOLATED DATA", "x.par, line 82: expected the label \"CALM\", found \"INTERPOL\""},
    };
    for (const auto& [number, text, message] : table) {
        auto lines = prairie_par();
        lines[static_cast<std::size_t>(number - 1)] = text;
        BOOST_TEST(refusal_of([&] { parse_par(lines, "x.par"); }) == message);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_ends_early_is_refused) {
    auto lines = prairie_par();
    lines.resize(40);
    BOOST_TEST(refusal_of([&] { parse_par(lines, "x.par"); }) ==
               "x.par: expected line 41 (SKEW), found the end of the file after line 40");
    BOOST_TEST(refusal_of([&] { parse_par({}, "x.par"); }) ==
               "x.par: expected line 1 (station name), found the end of the file after line 0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
