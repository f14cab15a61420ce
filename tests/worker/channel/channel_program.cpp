#include "tests/worker/channel/watershed.hpp"
#include "tests/worker/run_folder.hpp"
#include "worker/programs/channel/simulation.hpp"
#include "worker/programs/model/sediment_continuity.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace freshet::channel {

namespace {

namespace tolerance = boost::test_tools;
using freshet::test::replaced;

constexpr int years = 3;
constexpr int hillslopes = 4;

/// Four hillslopes, two headwater channels and one that they join; H1 and H2 bare, so that there is sediment
/// to route.
struct Watershed : freshet::test::RunFolder {
    Watershed() {
        const auto sample = std::filesystem::path(FRESHET_SOURCE_DIR "/worker/samples");
        const auto climate = freshet::test::cli_text(freshet::test::made_up_climate(years));
        for (int i = 1; i <= hillslopes; ++i) {
            const auto id = std::to_string(i);
            std::filesystem::copy_file(sample / "sample.sol", runs() / (fmt::format("p{}.sol", i)));
            std::filesystem::copy_file(sample / "sample.man", runs() / (fmt::format("p{}.man", i)));
            if (i < 3)
                write(fmt::format("runs/p{}.man", i), replaced(read(fmt::format("runs/p{}.man", i)),
                                                          "0.5 300 300 0.0 0.7", "0.0 300 300 0.0 0.1"));
            write(fmt::format("runs/p{}.slp", i),
                fmt::format("97.5\n1\n200 {}\n2 100.0\n0.0, 0.15 1.0, 0.25\n", 50 * i));
            write(fmt::format("runs/p{}.cli", i), climate);
            const auto ending = freshet::test::run_program(
                "freshet-hillslope", runs(), freshet::test::hillslope_answers(years, id));
            BOOST_REQUIRE_MESSAGE(ending.exit_code == 0, ending.log);
        }
        write("runs/pw0.str", "99.1\n2 1 0 0 0 0 0 0 0 0\n2 0 2 3 0 0 0 0 0 0\n2 4 0 0 5 6 0 0 0 0\n");
        std::string channels = "99.1\n3\n4\n1.5\n";
        std::string slopes = "97.5\n3\n";
        std::string soils = "2006.2\nmade up\n3 0\n";
        for (int i = 0; i < 3; ++i) {
            channels +=
                "channel\nof earth\nmade up\n1\n0\n1\n0\n3.0 0.03\n0.05 0.0001 5.0 0.5 0.1\n0.02 3.0 0.03\n";
            slopes += fmt::format("180 1.5\n2 {}\n0, 0.06 1, 0.0{}\n", 200 + 300 * i, 3 - i);
            soils += "'bed' 'loam' 1 0.2 0.5 1000000 0.001 5 2\n1000 40 20 2 15 10\n0 0 0\n";
        }
        write("runs/pw0.chn", channels);
        write("runs/pw0.slp", slopes);
        write("runs/pw0.sol", soils);
        write("runs/pw0.imp", "99.1\n0\n");
        write("runs/pw0.cli", climate);
        std::filesystem::copy_file(sample / "sample.man", runs() / "pw0.man");
    }

    freshet::test::Ending start(const std::string& answers) const {
        return freshet::test::run_program("freshet-channel", runs(), answers);
    }

    void check_fails(const std::string& message) const {
        const auto ending = start(test::watershed_answers(hillslopes, years));
        BOOST_TEST(ending.exit_code == 2);
        BOOST_TEST(ending.log.find(message) != std::string::npos, ending.log);
        BOOST_TEST(ending.log.find("SUCCESSFULLY") == std::string::npos);
    }

    RunFiles files() const {
        std::istringstream answers(test::watershed_answers(hillslopes, years));
        auto files = read_run_files(answers).value();
        for (auto* name : {&files.structure, &files.channels, &files.impoundments, &files.management,
                 &files.slope, &files.climate, &files.soils})
            *name = (runs() / *name).string();
        for (auto& name : files.hillslope_passes)
            name = (runs() / name).string();
        return files;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(channel_program, Watershed)

BOOST_AUTO_TEST_CASE(a_run_ends_with_the_success_text_and_writes_every_file) {
    const auto ending = start(test::watershed_answers(hillslopes, years));
    BOOST_TEST(ending.exit_code == 0, ending.log);
    BOOST_TEST(ending.log.ends_with("WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY\n"), ending.log);
    for (const auto* name : {"pass_pw0.txt", "loss_pw0.txt", "chnwb.txt", "ebe_pw0.txt"})
        BOOST_TEST(!read(std::string("output/") + name).empty(), name);
    const auto loss = read("output/loss_pw0.txt");
    for (const auto* text : {"ANNUAL SUMMARY FOR WATERSHED IN YEAR     3",
             "    3 YEAR AVERAGE ANNUAL VALUES FOR WATERSHED", "Avg. Ann. water discharge from outlet"})
        BOOST_TEST(loss.find(text) != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(files_that_the_model_does_not_simulate_say_so) {
    auto answers = replaced(
        test::watershed_answers(hillslopes, years), "No # soil output", "Yes\n../output/soil_pw0.txt");
    answers = replaced(answers, "No # plot", "Yes\n../output/plot_pw0.txt");
    const auto ending = start(answers);
    BOOST_TEST(ending.exit_code == 0, ending.log);
    for (const auto* name : {"soil_pw0.txt", "plot_pw0.txt"}) {
        BOOST_TEST(
            read(std::string("output/") + name).find("is not simulated by") != std::string::npos, name);
        BOOST_TEST(
            ending.log.find(std::string(" ../output/") + name + ": ") != std::string::npos, ending.log);
    }
}

BOOST_AUTO_TEST_CASE(every_days_water_and_sediment_are_accounted_for_to_rounding) {
    const auto inputs = read_inputs(files()).value();
    int events = 0;
    double delivered = 0;
    simulate(inputs, [&](const Day& day) {
        double water = 0;
        double sediment = 0;
        for (const auto* event : day.hillslopes) {
            if (event == nullptr) continue;
            water += event->runoff_m3 + event->subsurface_m3;
            sediment += model::sum(event->concentration) * event->runoff_m3;
        }
        for (const auto& channel : day.channels) {
            sediment += channel.detached_kg - channel.deposited_kg;
            BOOST_TEST(std::abs(channel.outflow_m3 - channel.inflow_m3) <= 1e-12 * channel.inflow_m3);
        }
        const double out = model::sum(day.outlet().delivered_kg);
        BOOST_TEST(std::abs(day.outlet().outflow_m3 - water) <= 1e-11 * water);
        BOOST_TEST(std::abs(out - sediment) <= 1e-10 * (std::abs(sediment) + day.outlet().sediment_in_kg));
        if (day.wet()) ++events;
        delivered += out;
    });
    BOOST_TEST(events > 10);
    BOOST_TEST(delivered > 0);
}

BOOST_AUTO_TEST_CASE(the_outlet_peak_is_at_most_the_sum_of_the_hillslopes) {
    const auto inputs = read_inputs(files()).value();
    simulate(inputs, [&](const Day& day) {
        double peaks = 0;
        for (const auto* event : day.hillslopes) // what would last more than a day leaves within it
            if (event != nullptr) peaks += std::max(event->peak_m3s, event->runoff_m3 / 86400);
        BOOST_TEST(day.outlet().peak_m3s <= peaks * (1 + 1e-9));
    });
}

BOOST_AUTO_TEST_CASE(the_event_file_holds_the_outlets_water) {
    BOOST_REQUIRE(start(test::watershed_answers(hillslopes, years)).exit_code == 0);
    double passed = 0;
    for (int i = 1; i <= hillslopes; ++i)
        for (const auto& event :
            model::read_pass_file(output() / fmt::format("H{}.pass.dat", i)).value().events)
            passed += event.runoff_m3;
    std::istringstream lines(read("output/ebe_pw0.txt"));
    std::string line;
    for (int i = 0; i < 9; ++i)
        std::getline(lines, line);
    double listed = 0;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        double value[11];
        for (double& v : value)
            BOOST_REQUIRE(fields >> v);
        BOOST_TEST(value[10] == 7);
        listed += value[4];
    }
    BOOST_TEST(listed > 0);
    BOOST_TEST(listed == passed, tolerance::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(two_runs_write_the_same_bytes) {
    BOOST_REQUIRE(start(test::watershed_answers(hillslopes, years)).exit_code == 0);
    const auto first = read("output/loss_pw0.txt") + read("output/ebe_pw0.txt") + read("output/chnwb.txt");
    BOOST_REQUIRE(start(test::watershed_answers(hillslopes, years)).exit_code == 0);
    BOOST_TEST(
        (read("output/loss_pw0.txt") + read("output/ebe_pw0.txt") + read("output/chnwb.txt") == first));
}

BOOST_AUTO_TEST_CASE(a_pass_file_that_was_cut_off_is_an_error) {
    const auto whole = read("output/H2.pass.dat");
    write("output/H2.pass.dat", whole.substr(0, whole.size() / 2));
    check_fails("../output/H2.pass.dat: line ");
}

BOOST_AUTO_TEST_CASE(a_missing_pass_file_is_an_error) {
    std::filesystem::remove(output() / "H3.pass.dat");
    check_fails("../output/H3.pass.dat: cannot be opened for reading");
}

BOOST_AUTO_TEST_CASE(a_climate_of_other_years_is_an_error) {
    auto climate = freshet::test::made_up_climate(years + 4);
    climate.days.erase(climate.days.begin(), climate.days.begin() + 1461);
    climate.first_year = 5;
    write("runs/pw0.cli", freshet::test::cli_text(climate));
    check_fails("pw0.cli: expected the first year 1 of the pass files, found 5");
}

BOOST_AUTO_TEST_CASE(impoundments_are_refused) {
    write("runs/pw0.imp", "99.1\n1\n");
    check_fails("pw0.imp: line 2: expected number of impoundments");
}

BOOST_AUTO_TEST_CASE(a_missing_output_folder_is_an_error) {
    const auto answers = replaced(
        test::watershed_answers(hillslopes, years), "../output/loss_pw0.txt", "../none/loss_pw0.txt");
    const auto ending = start(answers);
    BOOST_TEST(ending.exit_code == 2);
    BOOST_TEST(ending.log.find("../none/loss_pw0.txt: cannot be created") != std::string::npos, ending.log);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::channel
