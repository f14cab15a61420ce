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

std::string optional_file(model::Answers& answers, const std::string& output) {
    if (!answers.yes(output + " output")) return {};
    return answers.text("name of the " + output + " file");
}

} // namespace

Result<RunFiles> read_run_files(std::istream& input) {
    return model::as_result([&] {
        constexpr std::string_view not_written = "it is not written";
        model::Answers answers(input);
        RunFiles files;
        answers.must_be("units", "M", "metric");
        answers.must_be("stop on invalid input", "Yes", "batch mode");
        answers.must_be("simulation", "1", "continuous");
        answers.must_be("model version", "2", "hillslopes and watershed");
        files.master_pass = answers.text("name of the watershed pass file");
        files.hillslope_passes = read_passes(answers);
        const bool impoundments = answers.yes("impoundments");
        answers.must_be("initial condition output", "No", not_written);
        answers.must_be("soil loss report", "1", "abbreviated annual");
        files.loss = answers.text("name of the soil loss file");
        files.water_balance = optional_file(answers, "water balance");
        answers.must_be("crop output", "No", not_written);
        answers.must_be("soil output", "No", not_written);
        answers.must_be("distance and sediment loss output", "No", not_written);
        answers.must_be("large graphics output", "No", not_written);
        files.events = optional_file(answers, "event");
        answers.must_be("final summary output", "No", not_written);
        answers.must_be("daily winter output", "No", not_written);
        answers.must_be("plant yield output", "No", not_written);
        if (impoundments) answers.must_be("impoundment output", "No", not_written);
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
