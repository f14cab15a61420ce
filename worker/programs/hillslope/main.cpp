#include "worker/programs/hillslope/loss_report.hpp"
#include "worker/programs/hillslope/reports.hpp"
#include "worker/programs/hillslope/simulation.hpp"
#include "worker/programs/model/output_file.hpp"
#include "worker/programs/model/program.hpp"

#include <fmt/format.h>

#include <iostream>

namespace {

using namespace freshet;
using namespace freshet::hillslope;

void report_year(const Day& day, const Inputs& inputs) {
    const auto& date = day.weather.date;
    if (date.month == 1 && date.day == 1)
        fmt::print(" SIMULATION YEAR = {:11}\n", date.year - inputs.climate.first_year + 1);
}

void run() {
    const auto files = read_run_files(std::cin).value();
    const auto inputs = read_inputs(files).value();

    using model::ReportFile;
    ReportFile<EventReport> events(files.events, inputs);
    ReportFile<WaterReport> water(files.water_balance);
    ReportFile<SoilReport> soil(files.soil, inputs);
    ReportFile<ElementReport> elements(files.elements, inputs);
    ReportFile<PassReport> pass(files.pass, inputs, files.climate);
    LossReport loss(inputs, files);
    simulate(inputs, [&](const Day& day) {
        report_year(day, inputs);
        events.add(day);
        water.add(day);
        soil.add(day);
        elements.add(day);
        pass.add(day);
        loss.add(day);
    });

    events.commit();
    water.commit();
    soil.commit();
    elements.commit();
    pass.commit();
    model::write_file(files.plot, loss.plot_text());
    model::write_not_simulated(files.not_simulated);
    model::write_file(files.loss, loss.loss_text());
    fmt::print("\n {} years: {:.2f} mm precipitation, {:.2f} mm runoff, {:.3f} kg/m sediment a year\n",
        inputs.years, loss.annual_precipitation_mm(), loss.annual_runoff_mm(), loss.annual_delivery_kgm());
}

} // namespace

int main(int count, char**) {
    return freshet::model::run_program(
        {.name = "freshet-hillslope",
            .purpose = "Simulates one hillslope in the current folder from WEPP's run files.",
            .title = "HILLSLOPE",
            .success = "WEPP COMPLETED HILLSLOPE SIMULATION SUCCESSFULLY",
            .run = run},
        count);
}
