#pragma once

#include "worker/programs/climate/cli.hpp"
#include "worker/programs/climate/interpolation.hpp"
#include "worker/programs/climate/observed.hpp"

#include <string>

namespace freshet::climate {

/// What every kind of simulation needs.
struct SimulationOptions {
    Interpolation interpolation = Interpolation::none;
    int seed = 0;
    std::string command_line{}; ///< for the header
};

/// Whole years from 1 January of `first_year` on.
struct Years {
    int first = 1;
    int count = 1;
};

/// One storm, its shape as the .cli has it; the rest of its day's weather is generated.
struct DesignStorm {
    Date date;
    double precipitation = 0; ///< mm, at least 0.3
    double duration = 0;      ///< hours, above 0, at most 24
    double time_to_peak = 0;  ///< share of the duration, 0 .. 1
    double peak_ratio = 0;    ///< peak intensity over mean intensity, at least 1
};

/// -t5: generated weather.
CliFile simulate_years(const Station& station, Years years, const SimulationOptions& options);

/// -t4: the day of one storm.
CliFile simulate_storm(const Station& station, const DesignStorm& storm, const SimulationOptions& options);

/// -t6: measured weather with what is missing generated, and storms for the measured amounts. Whole years:
/// the days after the last measured one are generated up to 31 December. `observed` is not empty.
CliFile simulate_observed(
    const Station& station, const std::vector<ObservedDay>& observed, const SimulationOptions& options);

} // namespace freshet::climate
