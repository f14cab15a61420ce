#include "worker/programs/climate/command_line.hpp"

#include "tests/worker/climate/refusal.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::climate {

namespace {

template <class Wanted>
Wanted parsed(const std::vector<std::string>& arguments) {
    return std::get<Wanted>(parse_command_line(arguments));
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(years_are_generated_with_cligens_flags) {
    const auto command =
        parsed<GenerateCommand>({"-ix.par", "-ox.cli", "-b1990", "-y30", "-t5", "-r17", "-I2", "-F"});
    BOOST_TEST(command.par == "x.par");
    BOOST_TEST(command.out == "x.cli");
    BOOST_TEST(std::get<Years>(command.what).first == 1990);
    BOOST_TEST(std::get<Years>(command.what).count == 30);
    BOOST_TEST(command.options.seed == 17);
    BOOST_TEST((command.options.interpolation == Interpolation::fourier));
    BOOST_TEST(command.options.command_line == "-ix.par -ox.cli -b1990 -y30 -t5 -r17 -I2 -F");
    BOOST_TEST(command.overwrite);
}

BOOST_AUTO_TEST_CASE(a_storm_is_designed_in_the_units_of_the_cli) {
    const auto command = parsed<GenerateCommand>({"-ix.par", "-ox.cli", "-t4", "--date=6/15/12",
        "--amount=63.5", "--duration=6", "--time-to-peak=0.4", "--peak-ratio=4.5"});
    const auto& storm = std::get<DesignStorm>(command.what);
    BOOST_TEST((storm.date == date_of(12, 6, 15)));
    BOOST_TEST(storm.precipitation == 63.5);
    BOOST_TEST(storm.duration == 6);
    BOOST_TEST(storm.time_to_peak == 0.4);
    BOOST_TEST(storm.peak_ratio == 4.5);
    BOOST_TEST(!command.overwrite);
}

BOOST_AUTO_TEST_CASE(observed_days_come_from_a_file) {
    const auto command = parsed<GenerateCommand>({"-ix.par", "-Ox.prn", "-ox.cli", "-t6", "-I2"});
    BOOST_TEST(std::get<std::filesystem::path>(command.what) == "x.prn");
}

BOOST_AUTO_TEST_CASE(the_subcommands_take_a_file_and_named_values) {
    const auto fit = parsed<FitCommand>({"fit", "x.csv", "-o", "x.par", "--station", "SOMEWHERE",
        "--latitude", "47.4", "--longitude", "-122.3", "--elevation", "113", "--storm-type", "2"});
    BOOST_TEST(fit.csv == "x.csv");
    BOOST_TEST(fit.out == "x.par");
    BOOST_TEST(fit.site.name == "SOMEWHERE");
    BOOST_TEST(fit.site.longitude == -122.3);
    BOOST_TEST(fit.site.storm_type == 2);
    const auto plot = parsed<PlotCommand>({"plot", "x.cli", "-o", "x.svg", "--station", "x.par"});
    BOOST_TEST(plot.cli == "x.cli");
    BOOST_TEST(*plot.station == "x.par");
}

BOOST_AUTO_TEST_CASE(help_is_given_when_asked_for_and_without_arguments) {
    for (const auto& arguments : {std::vector<std::string>{}, {"--help"}, {"-h"}, {"fit", "--help"}})
        BOOST_TEST(std::holds_alternative<HelpCommand>(parse_command_line(arguments)));
}

BOOST_AUTO_TEST_CASE(a_bad_command_line_is_refused_with_flag_expected_and_found) {
    const std::pair<std::vector<std::string>, std::string> table[] = {
        {{"-ox.cli", "-t5", "-b1", "-y1"}, "-i: missing; see --help"},
        {{"-i", "-ox.cli", "-t5", "-b1", "-y1"}, "-i: expected a value, found none"},
        {{"-ix.par", "-ox.cli", "-b1", "-y1"}, "-t: missing; see --help"},
        {{"-ix.par", "-ox.cli", "-t5", "-b1"}, "-y: missing; see --help"},
        {{"-ix.par", "-ox.cli", "-t7", "-b1", "-y1"}, "-t: expected an integer 4..6, found \"7\""},
        {{"-ix.par", "-ox.cli", "-t5", "-b0", "-y1"}, "-b: expected an integer 1..9999, found \"0\""},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-yx"}, "-y: expected an integer 1..1000, found \"x\""},
        {{"-ix.par", "-ox.cli", "-t5", "-b9990", "-y20"},
            "-y: expected at most 10 years from -b9990, found 20"},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-y1", "-I4"}, "-I: expected an integer 0..3, found \"4\""},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-y1", "-r-1"},
            "-r: expected an integer 0..99999, found \"-1\""},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-y1", "-b2"}, "-b: given twice"},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-y1", "-Z"}, "-Z: unknown flag; see --help"},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-y1", "--years=3"}, "--years=3: unknown flag; see --help"},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-y1", "stray"}, "stray: unknown flag; see --help"},
        {{"-ix.par", "-ox.cli", "-t5", "-b1", "-y1", "-Ox.prn"}, "-O: not with -t5; see --help"},
        {{"-ix.par", "-ox.cli", "-t6", "-Ox.prn", "-b1"}, "-b: not with -t6; see --help"},
        {{"-ix.par", "-ox.cli", "-t6"}, "-O: missing; see --help"},
        {{"-ix.par", "-ox.cli", "-t4", "--date=2/30/1"}, "--date: expected month/day/year, found \"2/30/1\""},
        {{"-ix.par", "-ox.cli", "-t4", "--date=2/3/1", "--amount=0"},
            "--amount: expected a number 0.3 .. 999.9, found \"0\""},
        {{"-ix.par", "-ox.cli", "-t4", "--date=2/3/1", "--amount=9", "--duration=25"},
            "--duration: expected a number 0.01 .. 24, found \"25\""},
        {{"fit", "-o", "x.par"}, "fit: expected an input file; see --help"},
        {{"fit", "x.csv", "-o"}, "-o: expected a value, found none"},
        {{"fit", "x.csv", "-o", "x.par"}, "--latitude: missing; see --help"},
        {{"plot", "x.cli", "-o", "x.svg", "--colour", "red"}, "--colour: unknown flag; see --help"},
    };
    for (const auto& [arguments, message] : table)
        BOOST_TEST(refusal_of([&, &arguments = arguments] { parse_command_line(arguments); }) == message);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
