#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>
#include <set>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

struct Fixture {
    TemporaryFolder folder;

    std::string output_of(std::vector<std::string> command) {
        Process process(std::move(command), folder.path() / "out");
        process.wait();
        return process.output();
    }
    /// What a program says to an environment, before it would do anything.
    std::string told_by(const std::string& program, const std::string& variable) {
        std::vector<std::string> command{
            "/usr/bin/env", "FRESHET_SETTINGS=/nonexistent/file", variable, FRESHET_BIN_DIR "/" + program};
        if (program == "freshet") command.emplace_back("info");
        return output_of(std::move(command));
    }
    std::set<std::string> variables_of(const std::string& program) {
        const std::string help = output_of({program, "--help"});
        const std::regex variable("FRESHET_[A-Z_]+");
        return {std::sregex_token_iterator(help.begin(), help.end(), variable), {}};
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(shared_environment, Fixture)

BOOST_AUTO_TEST_CASE(no_program_refuses_a_variable_that_another_one_knows) {
    const std::vector<std::string> programs{"freshet-worker", "freshet"};
    for (const std::string& program : programs)
        for (const std::string& other : programs)
            for (const std::string& variable : variables_of(other)) {
                const auto told = told_by(program, variable + "=/nonexistent/file");
                BOOST_TEST(told.find("/nonexistent/file") != std::string::npos, program << ": " << told);
                BOOST_TEST(told.find("unknown setting") == std::string::npos, program << ": " << told);
            }
}

BOOST_AUTO_TEST_CASE(what_none_of_them_knows_is_refused_with_the_nearest_name) {
    for (const std::string program : {"freshet-worker", "freshet"}) {
        const auto told = told_by(program, "FRESHET_CONCURENCY=2");
        BOOST_TEST(told.find("did you mean 'FRESHET_CONCURRENCY'?") != std::string::npos, told);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
