#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
namespace fs = std::filesystem;

struct ClimateFixture : WorkerFixture {
    fs::path make_climate_run(const std::string& fields) {
        const auto run = make_run("r1");
        write_text(run / "climate.nodb", R"({"station":"climate/seattle.par",)" + fields + "}");
        return run;
    }
    Printed build() { return freshet({"enqueue", "build_climate", "r1", "--wait"}); }
};

// Three days; the rest of the year is missing.
const std::string observed_days = "    1    1 2012   42   55   41\n"
                                  "    1    2 2012 9999 9999 9999\n"
                                  "    1    3 2012    0   50   30\n";
const std::string storm =
    R"("mode":"single_storm","date":"2005-06-15","amount":50,"duration":6,"time_to_peak":0.4,"peak_ratio":3)";

std::string last_line_of(const std::string& text) {
    const auto end = text.find_last_not_of('\n');
    const auto start = text.rfind('\n', end);
    return text.substr(start + 1, end - start);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(climate_modes, ClimateFixture)

BOOST_AUTO_TEST_CASE(generated_years_have_a_picture) {
    const auto run = make_climate_run(R"("mode":"generated","years":2,"first_year":2001,"seed":7)");
    const auto worker = start_worker();
    const auto printed = build();
    BOOST_TEST(printed.code == 0, printed.text << worker->output());
    BOOST_TEST(contains(printed.text, R"("days":730,"plot":"climate/climate.svg")"), printed.text);
    BOOST_TEST(contains(text_of(run / "climate/climate.svg"), "<svg"));
    BOOST_TEST(last_line_of(text_of(run / "climate/seattle.cli")).starts_with(" 31 12  2002 "));
}

BOOST_AUTO_TEST_CASE(a_program_that_asks_is_answered_by_a_template) {
    const auto run = make_climate_run(R"("years":2,"first_year":2001)");
    const auto asking =
        make_program("asking", fmt::format("read mode; read first; read years; read output\n"
                                           "exec {}/freshet-climate $1 -o$output -b$first -y$years -t$mode\n",
                                   FRESHET_BIN_DIR));
    const auto answers = folder.path() / "answers";
    write_text(answers, "5\n{first_year}\n{years}\n{output}\nn\n\n");
    const auto worker = start_worker({"--cligen", asking.string(), "--cligen-answers", answers.string()});
    const auto printed = build();
    BOOST_TEST(printed.code == 0, printed.text << worker->output());
    BOOST_TEST(last_line_of(text_of(run / "climate/seattle.cli")).starts_with(" 31 12  2002 "));

    write_text(run / "climate.nodb", R"({"station":"climate/seattle.par",)" + storm + "}");
    BOOST_TEST(contains(build().text, "answers are for generated weather only"));
}

BOOST_AUTO_TEST_CASE(observed_days_stand_in_the_climate_and_the_year_is_completed) {
    const auto run = make_climate_run(R"("mode":"observed","observed":"climate/days.prn")");
    write_text(run / "climate/days.prn", observed_days);
    const auto worker = start_worker();
    const auto printed = build();
    BOOST_TEST(printed.code == 0, printed.text << worker->output());
    BOOST_TEST(contains(printed.text, R"("days":366)"), printed.text);
    const auto cli = text_of(run / "climate/seattle.cli");
    BOOST_TEST(contains(cli, "\n  1  1  2012  10.7 "));
    BOOST_TEST(last_line_of(cli).starts_with(" 31 12  2012 "));
}

BOOST_AUTO_TEST_CASE(a_single_storm_is_one_day_without_a_picture) {
    const auto run = make_climate_run(storm);
    write_text(run / "climate/climate.svg", "the picture of an earlier climate");
    const auto worker = start_worker();
    const auto printed = build();
    BOOST_TEST(printed.code == 0, printed.text << worker->output());
    BOOST_TEST(contains(printed.text, R"("days":1,"plot":null)"), printed.text);
    BOOST_TEST(last_line_of(text_of(run / "climate/seattle.cli"))
                   .starts_with(" 15  6  2005  50.0  6.00 0.40   3.00 "));
    BOOST_TEST(!fs::exists(run / "climate/climate.svg"));
}

BOOST_AUTO_TEST_CASE(the_program_takes_the_largest_values_that_the_settings_allow) {
    const std::vector<std::string> cases{R"("years":1,"first_year":9999,"seed":99999)",
        R"("mode":"single_storm","date":"9999-12-31","amount":999.9,"duration":24,"time_to_peak":1,"peak_ratio":999)"};
    const auto worker = start_worker();
    for (const std::string& fields : cases) {
        const auto run = make_climate_run(fields);
        const auto printed = build();
        BOOST_TEST(printed.code == 0, fields << printed.text << worker->output());
        fs::remove_all(run);
    }
}

BOOST_AUTO_TEST_CASE(what_a_mode_lacks_is_named) {
    struct Case {
        std::string fields;
        std::string reason;
    };
    const auto storm_with = [](const std::string& field, const std::string& value) {
        return storm + ",\"" + field + "\":" + value; // of a name that occurs twice the last counts
    };
    const std::vector<Case> cases{
        {R"("mode":"guessed","years":1)",
            "field '/mode': expected one of generated, observed, single_storm, found \"guessed\""},
        {R"("mode":"observed")", "field '/observed': expected a path"},
        {R"("mode":"observed","observed":"../x.prn")", "field '/observed': expected a path"},
        {R"("mode":"observed","observed":"climate/none.prn")", "none.prn"},
        {R"("mode":"observed","observed":"climate/empty.prn")", "expected a line for each day, found none"},
        {R"("mode":"observed","observed":"climate/junk.prn")",
            "junk.prn line 1: expected month, day and year"},
        {storm_with("date", R"("2005-02-30")"), "field '/date': expected a date like \"2005-06-15\""},
        {storm_with("date", R"("15.6.2005")"), "field '/date'"},
        {storm_with("date", "null"), "field '/date'"},
        {storm_with("amount", "0"), "field '/amount': expected a number from 0.3 to 999.9, found 0"},
        {storm_with("amount", "1000"), "field '/amount'"},
        {storm_with("seed", "100000"), "expected an integer 0..99999, found 100000"},
        {storm_with("duration", "25"), "field '/duration': expected a number from 0.01 to 24, found 25"},
        {storm_with("time_to_peak", "1.5"), "field '/time_to_peak'"},
        {storm_with("peak_ratio", "\"high\""), "field '/peak_ratio': expected a number, found \"high\""},
    };
    const auto worker = start_worker();
    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.fields) {
            const auto run = make_climate_run(one.fields);
            write_text(run / "climate/empty.prn", "\n");
            write_text(run / "climate/junk.prn", "no days here\n");
            const auto printed = build();
            BOOST_TEST(printed.code == 1);
            BOOST_TEST(contains(printed.text, one.reason), printed.text);
            BOOST_TEST(!fs::exists(run / "climate/seattle.cli"));
            fs::remove_all(run);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_header_only_file_for_observed_days_is_not_believed) {
    const auto run = make_climate_run(R"("mode":"observed","observed":"climate/days.prn")");
    write_text(run / "climate/days.prn", observed_days);
    const auto program = make_program("junk", fmt::format("{}/freshet-climate \"$@\" || exit\n"
                                                          "head -n 15 out.cli > x && mv x out.cli\n",
                                                  FRESHET_BIN_DIR));
    const auto worker = start_worker({"--cligen", program.string()});
    const auto printed = build();
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(
        contains(printed.text, "line 16: expected the line of day 1, month 1, year 2012, found the end"),
        printed.text);
    BOOST_TEST(!fs::exists(run / "climate/seattle.cli"));
}

BOOST_AUTO_TEST_CASE(a_climate_that_cannot_be_drawn_is_still_a_climate) {
    const auto run = make_climate_run(R"("years":2,"first_year":2001)");
    const auto program = make_program(
        "undrawable", fmt::format("{}/freshet-climate \"$@\" || exit\nmkdir climate.svg\n", FRESHET_BIN_DIR));
    const auto worker = start_worker({"--cligen", program.string()});
    const auto printed = build();
    BOOST_TEST(printed.code == 0, printed.text << worker->output());
    BOOST_TEST(contains(printed.text, R"("plot":null)"), printed.text);
    BOOST_TEST(contains(worker->output(), "no picture of the climate"), worker->output());
    BOOST_TEST(fs::exists(run / "climate/seattle.cli"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
