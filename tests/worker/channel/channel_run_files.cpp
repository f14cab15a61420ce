#include "tests/worker/channel/watershed.hpp"
#include "tests/worker/run_folder.hpp"
#include "worker/programs/channel/run_files.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace freshet::channel {

namespace {

using freshet::test::replaced;

Result<RunFiles> read(const std::string& answers) {
    std::istringstream input(answers);
    return read_run_files(input);
}

} // namespace

BOOST_AUTO_TEST_SUITE(channel_run_files)

BOOST_AUTO_TEST_CASE(the_answers_of_a_run_are_read) {
    const auto files = read(test::watershed_answers(3, 12));
    BOOST_REQUIRE_MESSAGE(files.has_value(), files.error().message);
    BOOST_TEST(files->hillslope_passes.size() == 3U);
    BOOST_TEST(files->hillslope_passes[2] == "../output/H3.pass.dat");
    BOOST_TEST(files->loss == "../output/loss_pw0.txt");
    BOOST_TEST(files->impoundments == "pw0.imp");
    BOOST_TEST(files->soils == "pw0.sol");
    BOOST_TEST(files->years == 12);
}

BOOST_AUTO_TEST_CASE(without_impoundments_there_is_no_file_for_them) {
    auto answers = replaced(test::watershed_answers(1, 2), "Yes # impoundments", "No");
    answers = replaced(answers, "No # impoundment output\n", "");
    answers = replaced(answers, "pw0.imp\n", "");
    const auto files = read(answers);
    BOOST_REQUIRE_MESSAGE(files.has_value(), files.error().message);
    BOOST_TEST(files->impoundments.empty());
    BOOST_TEST(files->management == "pw0.man");
}

BOOST_AUTO_TEST_CASE(answers_that_end_early_name_the_prompt_that_waits) {
    const auto answers = test::watershed_answers(3, 12);
    BOOST_TEST(read(answers.substr(0, answers.find("M\nY\n../output/H3")))
                   .error()
                   .message.find("units of hillslope 3: expected an answer") != std::string::npos);
    BOOST_TEST(
        read(answers.substr(0, answers.find("pw0.chn"))).error().message.find("name of the channel file") !=
        std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_model_does_not_do_is_refused) {
    const auto good = test::watershed_answers(1, 2);
    BOOST_TEST(read(replaced(good, "\n2\n", "\n3\n")).error().message.find("model version: expected 2") !=
               std::string::npos);
    BOOST_TEST(read(replaced(good, "No # initial", "Yes # initial"))
                   .error()
                   .message.find("initial condition output: expected No") != std::string::npos);
    BOOST_TEST(read(replaced(good, "M\nY\n", "M\nN\n"))
                   .error()
                   .message.find("use the existing pass file of hillslope 1") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::channel
