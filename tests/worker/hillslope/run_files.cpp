#include "worker/programs/hillslope/run_files.hpp"

#include "tests/worker/run_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace freshet::hillslope {

namespace {

Result<RunFiles> read(const std::string& answers) {
    std::istringstream input(answers);
    return read_run_files(input);
}

} // namespace

BOOST_AUTO_TEST_SUITE(run_files)

BOOST_AUTO_TEST_CASE(the_answers_of_a_run_are_read_with_comments_and_blank_lines) {
    const auto files =
        read("# p1\n\n" + test::replaced(test::hillslope_answers(15), "m\n", "m   # metric\r\n"));
    BOOST_REQUIRE_MESSAGE(files.has_value(), files.error().message);
    BOOST_TEST(files->pass == "../output/H1.pass.dat");
    BOOST_TEST(files->elements == "../output/H1.element.dat");
    BOOST_TEST(files->soils == "p1.sol");
    BOOST_TEST(files->years == 15);
}

BOOST_AUTO_TEST_CASE(outputs_that_are_not_wanted_have_no_name) {
    const auto files = read(test::replaced(test::hillslope_answers(1), "Yes\n../output/H1.wat.dat", "No"));
    BOOST_REQUIRE(files.has_value());
    BOOST_TEST(files->water_balance.empty());
    BOOST_TEST(files->plot == "../output/H1.plot.dat");
}

BOOST_AUTO_TEST_CASE(answers_that_end_early_name_the_prompt_that_waits) {
    const auto answers = test::hillslope_answers(15);
    const auto files = read(answers.substr(0, answers.find("p1.sol")));
    BOOST_REQUIRE(files.has_error());
    BOOST_TEST(
        files.error().message ==
        "standard input: line 28: name of the soil file: expected an answer, found the end of the answers");
    BOOST_TEST(read("").error().message.find("units: expected an answer") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_model_does_not_do_is_refused) {
    const auto good = test::hillslope_answers(15);
    const std::pair<std::string, std::string> cases[] = {
        {test::replaced(good, "m\n", "e\n"), "line 1: units: expected M (metric), found \"e\""},
        {test::replaced(good, "Yes\n1\n1\n", "Yes\n2\n1\n"),
            "simulation: expected 1 (continuous), found \"2\""},
        {test::replaced(good, "Yes\n1\n1\n", "Yes\n1\n3\n"),
            "model version: expected 1 (hillslope), found \"3\""},
        {test::replaced(good, "\n0\n15\n", "\n1\n15\n"), "irrigation: expected 0 (none), found \"1\""},
        {test::replaced(good, "\n15\n", "\nmany\n"),
            "years to simulate: expected an integer within 1 to 9999, found \"many\""},
        {test::replaced(good, "Yes\n../output/H1.wat", "perhaps\n../output/H1.wat"),
            "water balance output: expected Yes or No"},
    };
    for (const auto& [answers, message] : cases) {
        const auto files = read(answers);
        BOOST_REQUIRE(files.has_error());
        BOOST_TEST(files.error().message.find(message) != std::string::npos, files.error().message);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
