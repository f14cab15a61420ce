#include "worker/programs/model/pass_file.hpp"

#include "tests/worker/run_folder.hpp"
#include "worker/programs/model/fortran.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace freshet::model {

namespace {

namespace tolerance = boost::test_tools;

PassFile heading() {
    return {.climate_name = "p1.cli",
        .years = 1,
        .first_year = 2007,
        .area_m2 = 12345.678,
        .diameter_m = {0.2e-5, 0.1e-4, 0.3e-4, 0.34e-3, 0.2e-3},
        .events = {}};
}

std::string year_with(const PassEvent& event) {
    std::string text = pass_heading(heading());
    for (int day = 1; day <= 365; ++day)
        text += day == event.day ? pass_event(event) : pass_dry_day(2007, day);
    return text;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(pass_file, test::RunFolder)

BOOST_AUTO_TEST_CASE(numbers_look_as_fortran_writes_them) {
    BOOST_TEST(e11(25200) == "0.25200E+05");
    BOOST_TEST(e11(1) == "0.10000E+01");
    BOOST_TEST(e11(0.01) == "0.10000E-01");
    BOOST_TEST(e11(0.0999999) == "0.10000E+00");
    BOOST_TEST(e11(0) == "0.00000E+00");
    BOOST_TEST(e11(-3.25e-7) == "-.32500E-06");
    BOOST_TEST(e11(1e-120) == "0.00000E+00");
    BOOST_TEST(e10(100) == ".10000E+03");
}

BOOST_AUTO_TEST_CASE(a_record_has_weppss_columns) {
    PassEvent event{.year = 2007, .day = 51, .duration_s = 25200, .concentration_time_h = 0.37739};
    const auto text = pass_event(event);
    BOOST_TEST(text.starts_with("EVENT      2007    51      0.25200E+05 0.37739E+00 0.00000E+00 "));
    BOOST_TEST(text.find("\n     0.00000E+00 0.00000E+00 \n") != std::string::npos);
    BOOST_TEST(pass_dry_day(2007, 1) == "NO EVENT   2007     1\n");
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
    PassEvent event{.year = 2007,
        .day = 200,
        .duration_s = 3600,
        .runoff_m = 0.0123,
        .runoff_m3 = 151.85,
        .peak_m3s = 0.0456,
        .detached_kg = 30,
        .deposited_kg = 10,
        .concentration = {0.01, 0.02, 0.03, 0.04, 0.05},
        .flow_fraction = {0.1, 0.2, 0.3, 0.3, 0.1}};
    write("output/H1.pass.dat", year_with(event));
    const auto pass = read_pass_file(output() / "H1.pass.dat");
    BOOST_REQUIRE_MESSAGE(pass.has_value(), pass.error().message);
    BOOST_TEST(pass->climate_name == "p1.cli");
    BOOST_TEST(pass->area_m2 == 12346.0, tolerance::tolerance(1e-9));
    BOOST_REQUIRE_EQUAL(pass->events.size(), 1U);
    const auto& read_back = pass->events.front();
    BOOST_TEST(read_back.day == 200);
    BOOST_TEST(read_back.runoff_m3 == 151.85, tolerance::tolerance(1e-9));
    BOOST_TEST(read_back.concentration[4] == 0.05, tolerance::tolerance(1e-9));
    BOOST_TEST(read_back.flow_fraction[4] == 0.1, tolerance::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(subsurface_events_are_read) {
    auto text = year_with({.year = 2007, .day = 400});
    text =
        test::replaced(text, pass_dry_day(2007, 9), "SUBEVENT   2007     9      0.10000E-03 0.12000E+01\n");
    write("output/H1.pass.dat", text);
    const auto pass = read_pass_file(output() / "H1.pass.dat");
    BOOST_REQUIRE_MESSAGE(pass.has_value(), pass.error().message);
    BOOST_REQUIRE_EQUAL(pass->events.size(), 1U);
    BOOST_TEST(pass->events.front().subsurface_m3 == 1.2, tolerance::tolerance(1e-9));
    BOOST_TEST(pass->events.front().runoff_m3 == 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_cut_off_is_an_error) {
    const auto whole = year_with({.year = 2007, .day = 200, .runoff_m3 = 5});
    for (const double part : {0.3, 0.6, 0.99}) {
        write("output/H1.pass.dat",
            whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size()))));
        const auto pass = read_pass_file(output() / "H1.pass.dat");
        BOOST_REQUIRE(pass.has_error());
        BOOST_TEST(
            pass.error().message.find("H1.pass.dat: line ") != std::string::npos, pass.error().message);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::model
