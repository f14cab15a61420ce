#pragma once

#include "worker/programs/channel/channel_sediment.hpp"
#include "worker/programs/channel/network.hpp"
#include "worker/programs/channel/run_files.hpp"
#include "worker/programs/model/climate_file.hpp"
#include "worker/programs/model/pass_file.hpp"

#include <functional>
#include <string>
#include <vector>

namespace freshet::channel {

/// Everything that a run reads, checked.
struct Inputs {
    Network network;
    std::vector<Reach> reaches;               ///< one a channel
    std::vector<model::Particles> beds;       ///< sediment of each channel's bed
    std::vector<double> contributing_area_m2; ///< of each channel, all hillslopes above its end
    std::vector<model::PassFile> hillslopes;
    model::Climate climate;
    int years = 0;

    double area_m2() const { return contributing_area_m2.back(); }
};

/// Reads all input files.
/// Errors: not_found, bad_input (also for pass files whose years differ from the run's, and for
/// impoundments). The management file must be there; its contents are not used.
Result<Inputs> read_inputs(const RunFiles& files);

/// One channel on one day; water in m3, sediment in kg.
struct ChannelDay {
    double inflow_m3 = 0;     ///< at the top and from the sides
    double subsurface_m3 = 0; ///< of the inflow, what came below ground
    double outflow_m3 = 0;
    double peak_m3s = 0;
    double peak_time_s = 0;
    double sediment_in_kg = 0;
    double detached_kg = 0;
    double deposited_kg = 0;
    model::PerClass delivered_kg{};
};

/// One simulated day. The references hold during the call that passes it.
struct Day {
    const model::Weather& weather;
    std::vector<const model::PassEvent*> hillslopes; ///< null where nothing left the hillslope
    std::vector<ChannelDay> channels;

    const ChannelDay& outlet() const { return channels.back(); }
    bool wet() const;
};

/// Routes the days one by one, upstream channels first, and hands each to `observe`. A day's water leaves the
/// network with that day: channels hold nothing overnight. Deterministic. Throws Failure (bad_input) if a
/// pass file has an event on a day that the climate file lacks.
void simulate(const Inputs& inputs, const std::function<void(const Day&)>& observe);

} // namespace freshet::channel
