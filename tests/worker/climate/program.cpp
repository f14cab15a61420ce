// The program as its users start it: a child process, judged by its exit code, its messages and its files.
#include "tests/worker/climate/scratch.hpp"
#include "tests/worker/climate/stations.hpp"
#include "worker/programs/climate/cli.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <cstdlib>

namespace freshet::climate {

namespace {

struct Outcome {
    int exit_code;
    std::string out;
    std::string err;
};

/// A folder with `prairie.par` in it, and the program run there.
class Folder {
public:
    Folder() { scratch_.write("prairie.par", joined(prairie_par())); }

    Outcome run(const std::string& arguments, const std::string& input = "") const {
        scratch_.write("stdin", input);
        const auto command = "cd " + scratch_.path().string() + " && " FRESHET_BIN_DIR "/freshet-climate " +
                             arguments + " <stdin >stdout 2>stderr";
        const auto status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(scratch_ / "stdout"),
            text_of(scratch_ / "stderr")};
    }

    std::filesystem::path operator/(const std::string& name) const { return scratch_ / name; }
    void write(const std::string& name, const std::string& text) const { scratch_.write(name, text); }

private:
    Scratch scratch_;
};

const std::string stop = "STOP Normal program termination\n";

} // namespace

BOOST_AUTO_TEST_SUITE(program)

BOOST_AUTO_TEST_CASE(years_are_generated_as_cligen_would_be_asked_to) {
    const Folder folder;
    const auto outcome = folder.run("-iprairie.par -b1 -y10 -t5 -oout.cli -F");
    BOOST_TEST(outcome.exit_code == 0);
    BOOST_TEST(outcome.err == stop);
    const auto file = read_cli(folder / "out.cli");
    BOOST_TEST(file.days.size() == 3652);
    BOOST_TEST(file.header.command_line == "-iprairie.par -b1 -y10 -t5 -oout.cli -F");
    BOOST_TEST(!std::filesystem::exists(folder / "out.cli.part"));
}

BOOST_AUTO_TEST_CASE(the_same_seed_writes_the_same_bytes) {
    const Folder folder;
    for (const auto* arguments : {"-r5 -oa.cli", "-r5 -ob.cli", "-r6 -oc.cli"})
        BOOST_TEST(folder.run(std::string("-iprairie.par -b1 -y3 -t5 -I3 ") + arguments).exit_code == 0);
    const auto days = [&](const std::string& name) {
        const auto text = text_of(folder / name);
        return text.substr(text.find(" da mo year"));
    };
    BOOST_TEST(days("a.cli") == days("b.cli"));
    BOOST_TEST(days("a.cli") != days("c.cli"));
}

BOOST_AUTO_TEST_CASE(an_existing_file_is_overwritten_only_on_request) {
    const Folder folder;
    folder.write("out.cli", "precious");
    const auto at_end_of_input = folder.run("-iprairie.par -b1 -y1 -t5 -oout.cli");
    BOOST_TEST(at_end_of_input.exit_code == 2);
    BOOST_TEST(at_end_of_input.out.find("Overwrite?") != std::string::npos);
    BOOST_TEST(folder.run("-iprairie.par -b1 -y1 -t5 -oout.cli", "n\n").exit_code == 2);
    BOOST_TEST(text_of(folder / "out.cli") == "precious");
    BOOST_TEST(folder.run("-iprairie.par -b1 -y1 -t5 -oout.cli", "y\n").exit_code == 0);
    BOOST_TEST(read_cli(folder / "out.cli").days.size() == 365);
    BOOST_TEST(folder.run("-iprairie.par -b4 -y1 -t5 -oout.cli -F").exit_code == 0);
    BOOST_TEST(read_cli(folder / "out.cli").days.size() == 366);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_ends_with_exit_code_2_a_message_and_no_file) {
    const Folder folder;
    folder.write("bad.par", " NAME\n LATT= north\n");
    folder.write("junk.prn", "not observations\n");
    const std::pair<std::string, std::string> table[] = {
        {"-ibad.par -b1 -y1 -t5 -oout.cli",
            "bad.par, line 2: LATT: expected a number -90 .. 90 in columns 7-13, found \" north\""},
        {"-inone.par -b1 -y1 -t5 -oout.cli", "none.par: cannot be read"},
        {"-iprairie.par -Ojunk.prn -t6 -oout.cli",
            "junk.prn, line 1: month: expected an integer in columns 1-5, found \"not o\""},
        {"-iprairie.par -b1 -y1 -t5 -ono/such/folder/out.cli", "no/such/folder/out.cli: cannot be written"},
        {"-iprairie.par -b1 -y1 -t5 -oout.cli -x", "-x: unknown flag; see --help"},
    };
    for (const auto& [arguments, message] : table) {
        const auto outcome = folder.run(arguments);
        BOOST_TEST(outcome.exit_code == 2);
        BOOST_TEST(outcome.err.find("freshet-climate: " + message) == 0, outcome.err);
        BOOST_TEST(outcome.err.find("STOP") == std::string::npos);
        BOOST_TEST(!std::filesystem::exists(folder / "out.cli"));
    }
}

BOOST_AUTO_TEST_CASE(one_storm_makes_a_file_of_one_day) {
    const Folder folder;
    const auto outcome = folder.run("-iprairie.par -t4 -ostorm.cli --date=6/15/3 --amount=63.5 --duration=6 "
                                    "--time-to-peak=0.4 --peak-ratio=4.5");
    BOOST_TEST(outcome.exit_code == 0);
    BOOST_TEST(outcome.err == stop);
    const auto file = read_cli(folder / "storm.cli");
    BOOST_TEST((file.header.mode == CliMode::single_storm));
    BOOST_REQUIRE(file.days.size() == 1);
    BOOST_TEST(file.days[0].precipitation == 63.5);
    BOOST_TEST(file.days[0].peak_ratio == 4.5);
}

BOOST_AUTO_TEST_CASE(observed_days_are_completed_to_whole_years) {
    const Folder folder;
    folder.write("days.prn", "    1    1 1999   20   50   32\n    1    2 1999 9999 9999 9999\n");
    BOOST_TEST(folder.run("-iprairie.par -Odays.prn -t6 -oout.cli -I2").exit_code == 0);
    const auto file = read_cli(folder / "out.cli");
    BOOST_TEST(file.days.size() == 365);
    BOOST_TEST(file.days[0].precipitation == 5.1);
    BOOST_TEST(file.days[0].tmax == 10);
    BOOST_TEST(file.days[0].tmin == 0);
}

BOOST_AUTO_TEST_CASE(the_way_from_observations_to_a_plot) {
    const Folder folder;
    const std::string samples = FRESHET_SOURCE_DIR "/worker/samples/";
    BOOST_TEST(folder
                   .run("fit " + samples +
                        "seattle-daily.csv -o fitted.par --station \"SEATTLE TACOMA AP WA\" "
                        "--id \"457473 0\" --latitude 47.44 --longitude -122.31 --elevation 113 "
                        "--storm-type 2")
                   .exit_code == 0);
    BOOST_TEST(text_of(folder / "fitted.par") == text_of(samples + "seattle.par"));
    BOOST_TEST(folder.run("-ifitted.par -b1 -y5 -t5 -oout.cli").exit_code == 0);
    BOOST_TEST(folder.run("plot out.cli -o plot.svg --station fitted.par").exit_code == 0);
    BOOST_TEST(text_of(folder / "plot.svg").starts_with("<svg"));
}

BOOST_AUTO_TEST_CASE(help_names_every_flag) {
    const auto outcome = Folder().run("--help");
    BOOST_TEST(outcome.exit_code == 0);
    for (const auto* flag :
        {"-i<", "-o<", "-t<", "-b<", "-y<", "-O<", "-r<", "-I<", "-F", "--date", "--amount", "--duration",
            "--time-to-peak", "--peak-ratio", "--storm-type", "--dew-point-depression", "plot", "fit"})
        BOOST_TEST(outcome.out.find(flag) != std::string::npos, flag);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::climate
