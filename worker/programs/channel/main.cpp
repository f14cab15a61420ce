#include "worker/programs/channel/loss_report.hpp"
#include "worker/programs/channel/reports.hpp"
#include "worker/programs/channel/simulation.hpp"
#include "worker/programs/model/output_file.hpp"
#include "worker/programs/model/program.hpp"

#include <fmt/format.h>

#include <iostream>

namespace {

using namespace freshet;
using namespace freshet::channel;

void run() {
    const auto files = read_run_files(std::cin).value();
    const auto inputs = read_inputs(files).value();
    fmt::print(" {} hillslopes, {} channels, {:.4f} ha\n", inputs.hillslopes.size(), inputs.reaches.size(),
        inputs.area_m2() / 1e4);

    using model::ReportFile;
    ReportFile<EventReport> events(files.events, inputs);
    ReportFile<WaterReport> water(files.water_balance, inputs);
    ReportFile<MasterPassReport> pass(files.master_pass, inputs);
    LossReport loss(inputs, files);
    simulate(inputs, [&](const Day& day) {
        events.add(day);
        water.add(day);
        pass.add(day);
        loss.add(day);
    });

    events.commit();
    water.commit();
    pass.commit();
    model::write_not_simulated(files.not_simulated);
    model::write_file(files.loss, loss.text());
    fmt::print("\n {} years: {:.1f} m3 water, {:.3f} kg sediment a year at the outlet\n", inputs.years,
        loss.annual_discharge_m3(), loss.annual_sediment_kg());
}

} // namespace

int main(int count, char**) {
    return freshet::model::run_program({.name = "freshet-channel",
                                           .purpose = "Routes the runoff and sediment of hillslopes through "
                                                      "the channels to the outlet, in the current "
                                                      "folder.",
                                           .title = "CHANNEL",
                                           .success = "WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY",
                                           .run = run},
        count);
}
