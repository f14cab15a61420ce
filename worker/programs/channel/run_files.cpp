#include "worker/programs/channel/run_files.hpp"

#include "worker/programs/model/answers.hpp"
#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

namespace freshet::channel {

namespace {

constexpr int most_hillslopes = 1000000;

std::vector<std::string> read_passes(model::Answers& answers) {
    const int count = answers.integer("number of hillslopes", 1, most_hillslopes);
    std::vector<std::string> names;
    for (int i = 1; i <= count; ++i) {
        answers.must_be(fmt::format("units of hillslope {}", i), "M", "metric");
        answers.must_be(
            fmt::format("use the existing pass file of hillslope {}", i), "Yes", "it is not simulated here");
        names.push_back(answers.text(fmt::format("name of the pass file of hillslope {}", i)));
    }
    return names;
}

} // namespace

Result<RunFiles> read_run_files(std::istream& input) {
    return model::as_result([&] {
        model::Answers answers(input);
        RunFiles files;
        auto& not_simulated = files.not_simulated;
        answers.must_be("units", "M", "metric");
        answers.must_be("stop on invalid input", "Yes", "batch mode");
        answers.must_be("simulation", "1", "continuous");
        answers.must_be("model version", "2", "hillslopes and watershed");
        files.master_pass = answers.text("name of the watershed pass file");
        files.hillslope_passes = read_passes(answers);
        const bool impoundments = answers.yes("impoundments");
        answers.must_be("initial condition output", "No", "it is not written");
        answers.must_be("soil loss report", "1", "abbreviated annual");
        files.loss = answers.text("name of the soil loss file");
        files.water_balance = answers.output_file("water balance");
        ask_for(answers, "crop", not_simulated);
        ask_for(answers, "soil", not_simulated);
        ask_for(answers, "distance and sediment loss", not_simulated);
        ask_for(answers, "large graphics", not_simulated);
        files.events = answers.output_file("event");
        ask_for(answers, "final summary", not_simulated);
        ask_for(answers, "daily winter", not_simulated);
        ask_for(answers, "plant yield", not_simulated);
        if (impoundments) ask_for(answers, "impoundment", not_simulated);
        files.structure = answers.text("name of the structure file");
        files.channels = answers.text("name of the channel file");
        if (impoundments) files.impoundments = answers.text("name of the impoundment file");
        files.management = answers.text("name of the management file");
        files.slope = answers.text("name of the slope file");
        files.climate = answers.text("name of the climate file");
        files.soils = answers.text("name of the soil file");
        answers.must_be("irrigation", "0", "none");
        files.years = answers.integer("years to simulate", 1, 9999);
        return files;
    });
}

} // namespace freshet::channel
