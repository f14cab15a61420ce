#pragma once

#include "worker/programs/hillslope/erosion.hpp"
#include "worker/programs/hillslope/run_files.hpp"
#include "worker/programs/hillslope/water_balance.hpp"
#include "worker/programs/model/climate_file.hpp"

#include <functional>
#include <optional>

namespace freshet::hillslope {

/// Everything that a run reads, checked.
struct Inputs {
    model::Climate climate;
    model::SlopeSegment slope;
    model::Soil soil;
    model::Cover cover;
    int years = 0;
};

/// Reads the four input files.
/// Errors: not_found, bad_input (also for more than one overland flow element).
Result<Inputs> read_inputs(const RunFiles& files);

/// The flow of one event at the foot of the slope.
struct EventRunoff {
    double peak_ms = 0;     ///< discharge over length
    double duration_s = 0;  ///< of the water supply, rain and melt
    double effective_s = 0; ///< volume over peak
    double excess_s = 0;    ///< time with rainfall excess
    double concentration_s = 0;
    double rain_intensity_ms = 0;
    double excess_intensity_ms = 0;
};

/// One simulated day. The references hold during the call that passes it.
struct Day {
    const model::Weather& weather;
    const DailyWater& water;
    const WaterBalance& state; ///< at the end of the day
    const ErodibilityFactors& erodibility;
    const std::optional<EventRunoff>& runoff;
    const std::optional<EventErosion>& erosion; ///< present when `runoff` is
};

/// Runs the years day by day and hands each day to `observe`. Deterministic: the same inputs give the same
/// bits.
void simulate(const Inputs& inputs, const std::function<void(const Day&)>& observe);

/// Slope below which the surface is taken as this steep for overland flow, m/m.
constexpr double least_slope = 1e-4;

} // namespace freshet::hillslope
