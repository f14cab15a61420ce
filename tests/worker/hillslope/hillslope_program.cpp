#include "tests/worker/run_folder.hpp"
#include "worker/programs/model/pass_file.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <fstream>
#include <sstream>

namespace freshet::hillslope {

namespace {

const std::string success = " WEPP COMPLETED HILLSLOPE SIMULATION SUCCESSFULLY\n";

struct Run : test::RunFolder {
    Run() {
        std::filesystem::copy_file(FRESHET_SOURCE_DIR "/worker/samples/sample.man", runs() / "p1.man");
        std::filesystem::copy_file(FRESHET_SOURCE_DIR "/worker/samples/sample.sol", runs() / "p1.sol");
        write("runs/p1.slp", "97.5\n1\n200 150.0\n3 120.0\n0.0, 0.10 0.5, 0.35 1.0, 0.08\n");
        write("runs/p1.cli", test::cli_text(test::made_up_climate(4)));
    }

    test::Ending start(const std::string& answers) const {
        return test::run_program("freshet-hillslope", runs(), answers);
    }

    void check_fails(const std::string& answers, const std::string& message) const {
        const auto ending = start(answers);
        BOOST_TEST(ending.exit_code == 2);
        BOOST_TEST(ending.log.find(message) != std::string::npos, ending.log);
        BOOST_TEST(ending.log.find("SUCCESSFULLY") == std::string::npos);
    }
};

std::vector<std::vector<double>> rows(const std::string& text, int heading_lines) {
    std::istringstream lines(text);
    std::vector<std::vector<double>> table;
    std::string line;
    for (int i = 0; std::getline(lines, line); ++i) {
        if (i < heading_lines) continue;
        std::istringstream fields(line);
        table.emplace_back();
        for (double value = 0; fields >> value;)
            table.back().push_back(value);
    }
    return table;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(hillslope_program, Run)

BOOST_AUTO_TEST_CASE(a_run_ends_with_the_success_text_and_writes_every_file) {
    const auto ending = start(test::hillslope_answers(4));
    BOOST_TEST(ending.exit_code == 0, ending.log);
    BOOST_TEST(ending.log.ends_with(success), ending.log);
    for (const auto* name : {"pass", "loss", "wat", "soil", "plot", "ebe", "element"})
        BOOST_TEST(!read(std::string("output/H1.") + name + ".dat").empty(), name);
    for (const auto& entry : std::filesystem::directory_iterator(output()))
        BOOST_TEST(entry.path().extension() == ".dat", entry.path());
}

BOOST_AUTO_TEST_CASE(the_files_have_the_columns_and_lines_of_wepps) {
    BOOST_REQUIRE(start(test::hillslope_answers(4)).exit_code == 0);
    const auto days = rows(read("output/H1.wat.dat"), 1);
    BOOST_TEST(days.size() == 1461U);
    for (const auto& row : days)
        BOOST_REQUIRE_EQUAL(row.size(), 15U);
    const auto events = rows(read("output/H1.ebe.dat"), 3);
    for (const auto& row : events)
        BOOST_REQUIRE_EQUAL(row.size(), 16U);
    const auto elements = rows(read("output/H1.element.dat"), 2);
    BOOST_TEST(elements.size() == 1461U);
    for (const auto& row : elements)
        BOOST_REQUIRE_EQUAL(row.size(), 24U);
    BOOST_TEST(rows(read("output/H1.plot.dat"), 4).size() == 100U);
    const auto loss = read("output/H1.loss.dat");
    for (const auto* text :
        {"Mean annual precipitation", "AVERAGE ANNUAL SEDIMENT LEAVING PROFILE", "Class  Diameter"})
        BOOST_TEST(loss.find(text) != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(the_water_balance_file_closes_to_its_digits) {
    BOOST_REQUIRE(start(test::hillslope_answers(4)).exit_code == 0);
    const auto days = rows(read("output/H1.wat.dat"), 1);
    double in = 0;
    double out = 0;
    for (std::size_t i = 1; i < days.size(); ++i) {
        in += days[i][3];
        out += days[i][4] + days[i][8] + days[i][9] + days[i][13];
    }
    const double stored = days.back()[5] + days.back()[14] - days.front()[5] - days.front()[14];
    BOOST_TEST(in > 1000);
    BOOST_TEST(std::abs(in - out - stored) < 0.005 * 4 * 40); // two digits a value, errors of both signs
}

BOOST_AUTO_TEST_CASE(events_pass_file_and_loss_report_agree) {
    BOOST_REQUIRE(start(test::hillslope_answers(4)).exit_code == 0);
    double delivered = 0; // kg per m of width
    double runoff = 0;
    for (const auto& row : rows(read("output/H1.ebe.dat"), 3)) {
        runoff += row[4];
        delivered += row[12];
    }
    const auto pass = model::read_pass_file(output() / "H1.pass.dat");
    BOOST_REQUIRE_MESSAGE(pass.has_value(), pass.error().message);
    BOOST_TEST(!pass->events.empty());
    double passed_water = 0;
    double passed_sediment = 0;
    for (const auto& event : pass->events) {
        passed_water += 1000 * event.runoff_m;
        double mass = 0;
        for (const double c : event.concentration)
            mass += c * event.runoff_m3;
        passed_sediment += mass / 150;
        BOOST_TEST(
            std::abs(mass - event.detached_kg + event.deposited_kg) <= 2e-4 * event.detached_kg + 1e-9);
    }
    BOOST_TEST(delivered > 0);
    BOOST_TEST(std::abs(passed_water - runoff) < 0.01 * runoff);
    BOOST_TEST(std::abs(passed_sediment - delivered) < 0.01 * delivered + 0.01);
    const auto loss = read("output/H1.loss.dat");
    const auto at =
        loss.find("SEDIMENT LEAVING PROFILE\n") + std::string("SEDIMENT LEAVING PROFILE\n").size();
    BOOST_TEST(std::abs(std::stod(loss.substr(at)) - passed_sediment / 4) < 0.01 * passed_sediment + 0.001);
}

BOOST_AUTO_TEST_CASE(two_runs_write_the_same_bytes) {
    BOOST_REQUIRE(start(test::hillslope_answers(4)).exit_code == 0);
    std::vector<std::string> first;
    for (const auto* name : {"pass", "loss", "wat", "ebe", "element", "plot", "soil"})
        first.push_back(read(std::string("output/H1.") + name + ".dat"));
    BOOST_REQUIRE(start(test::hillslope_answers(4)).exit_code == 0);
    std::size_t i = 0;
    for (const auto* name : {"pass", "loss", "wat", "ebe", "element", "plot", "soil"})
        BOOST_TEST((read(std::string("output/H1.") + name + ".dat") == first[i++]), name);
}

BOOST_AUTO_TEST_CASE(years_that_the_climate_does_not_have_are_an_error) {
    check_fails(test::hillslope_answers(6), "p1.cli: line 1476: expected 6 whole years of days, found 4");
    BOOST_TEST(!has("output/H1.loss.dat"));
}

BOOST_AUTO_TEST_CASE(a_missing_input_is_an_error_that_names_it) {
    std::filesystem::remove(runs() / "p1.sol");
    check_fails(test::hillslope_answers(4), "p1.sol: cannot be opened for reading");
}

BOOST_AUTO_TEST_CASE(answers_that_end_early_are_an_error) {
    check_fails("m\nYes\n1\n", "model version: expected an answer, found the end of the answers");
}

BOOST_AUTO_TEST_CASE(a_missing_output_folder_is_an_error) {
    std::filesystem::remove_all(output());
    check_fails(
        test::hillslope_answers(4), "../output/H1.ebe.dat: cannot be created: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error) {
    if (!std::filesystem::exists("/dev/full")) return;
    std::filesystem::create_symlink("/dev/full", output() / "H1.wat.dat.part");
    check_fails(
        test::hillslope_answers(4), "../output/H1.wat.dat: cannot be written: No space left on device");
    BOOST_TEST(!has("output/H1.wat.dat"));
}

BOOST_AUTO_TEST_CASE(several_elements_are_refused) {
    write("runs/p1.slp", "97.5\n2\n200 150.0\n2 60\n0, 0.1 1, 0.2\n2 60\n0, 0.1 1, 0.2\n");
    check_fails(test::hillslope_answers(4), "p1.slp: expected one overland flow element, found 2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::hillslope
