#include "worker/programs/hillslope/run_files.hpp"

#include "worker/programs/model/answers.hpp"
#include "worker/programs/model/line_reader.hpp"

namespace freshet::hillslope {

namespace {

std::string optional_file(model::Answers& answers, std::string_view output) {
    const std::string name(output);
    if (!answers.yes(name + " output")) return {};
    return answers.text("name of the " + name + " file");
}

} // namespace

Result<RunFiles> read_run_files(std::istream& input) {
    return model::as_result([&] {
        model::Answers answers(input);
        RunFiles files;
        answers.must_be("units", "M", "metric");
        answers.must_be("stop on invalid input", "Yes", "batch mode");
        answers.must_be("simulation", "1", "continuous");
        answers.must_be("model version", "1", "hillslope");
        files.pass = optional_file(answers, "pass");
        answers.must_be("soil loss report", "1", "abbreviated annual");
        answers.must_be("initial condition output", "No", "it is not written");
        files.loss = answers.text("name of the soil loss file");
        files.water_balance = optional_file(answers, "water balance");
        answers.must_be("crop output", "No", "it is not written");
        files.soil = optional_file(answers, "soil");
        files.plot = optional_file(answers, "distance and sediment loss");
        answers.must_be("large graphics output", "No", "it is not written");
        files.events = optional_file(answers, "event");
        files.elements = optional_file(answers, "element");
        answers.must_be("final summary output", "No", "it is not written");
        answers.must_be("daily winter output", "No", "it is not written");
        answers.must_be("plant yield output", "No", "it is not written");
        files.management = answers.text("name of the management file");
        files.slope = answers.text("name of the slope file");
        files.climate = answers.text("name of the climate file");
        files.soils = answers.text("name of the soil file");
        answers.must_be("irrigation", "0", "none");
        files.years = answers.integer("years to simulate", 1, 9999);
        answers.must_be("runoff events to route", "0", "all");
        return files;
    });
}

} // namespace freshet::hillslope
