#include "worker/programs/hillslope/run_files.hpp"

#include "worker/programs/model/answers.hpp"
#include "worker/programs/model/line_reader.hpp"

namespace freshet::hillslope {

Result<RunFiles> read_run_files(std::istream& input) {
    return model::as_result([&] {
        model::Answers answers(input);
        RunFiles files;
        auto& not_simulated = files.not_simulated;
        answers.must_be("units", "M", "metric");
        answers.must_be("stop on invalid input", "Yes", "batch mode");
        answers.must_be("simulation", "1", "continuous");
        answers.must_be("model version", "1", "hillslope");
        files.pass = answers.output_file("pass");
        answers.must_be("soil loss report", "1", "abbreviated annual");
        answers.must_be("initial condition output", "No", "it is not written");
        files.loss = answers.text("name of the soil loss file");
        files.water_balance = answers.output_file("water balance");
        ask_for(answers, "crop", not_simulated);
        files.soil = answers.output_file("soil");
        files.plot = answers.output_file("distance and sediment loss");
        ask_for(answers, "large graphics", not_simulated);
        files.events = answers.output_file("event");
        files.elements = answers.output_file("element");
        ask_for(answers, "final summary", not_simulated);
        ask_for(answers, "daily winter", not_simulated);
        ask_for(answers, "plant yield", not_simulated);
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
