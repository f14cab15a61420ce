#include "worker/programs/hillslope/simulation.hpp"

#include "worker/programs/hillslope/runoff_peak.hpp"
#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::hillslope {

namespace {

constexpr double usual_rill_width_m = 0.15;

template <class T>
const T& only_element(const std::vector<T>& elements, const std::string& file) {
    if (elements.size() != 1)
        throw Failure({Errc::bad_input,
            fmt::format("{}: expected one overland flow element, found {}", file, elements.size())});
    return elements.front();
}

Plane plane_of(const Inputs& inputs) {
    const auto friction = friction_of(inputs.cover);
    const double width = inputs.cover.rill_width_m > 0 ? inputs.cover.rill_width_m : usual_rill_width_m;
    const double share = std::min(1.0, width / inputs.cover.rill_spacing_m);
    const double slope = std::max(least_slope, inputs.slope.mean_slope());
    return {inputs.slope.length_m, overland_alpha(friction, slope, share)};
}

EventRunoff runoff_of(const DailyWater& day, const Plane& plane) {
    EventRunoff runoff;
    double rain_m = 0;
    double rain_s = 0;
    for (const auto& step : day.steps) {
        const double seconds = step.duration_h * 3600;
        runoff.duration_s += seconds;
        if (step.excess_mm <= 0) continue;
        runoff.excess_s += seconds;
        if (step.source != WaterSource::rain) continue;
        rain_m += step.rain_mm / 1000;
        rain_s += seconds;
    }
    const double volume_m = day.runoff_mm / 1000;
    runoff.peak_ms = peak_runoff_ms(day.steps, plane);
    runoff.effective_s = volume_m / runoff.peak_ms;
    runoff.excess_intensity_ms = volume_m / runoff.excess_s;
    runoff.concentration_s = equilibrium_time_s(runoff.excess_intensity_ms, plane);
    const bool sheltered_by_snow = day.snow_covered || rain_s <= 0;
    runoff.rain_intensity_ms = sheltered_by_snow ? 0 : rain_m / rain_s;
    return runoff;
}

} // namespace

Result<Inputs> read_inputs(const RunFiles& files) {
    return model::as_result([&] {
        Inputs inputs;
        inputs.years = files.years;
        inputs.cover = model::read_cover(files.management).value();
        inputs.slope =
            only_element(model::read_slopes(files.slope, model::SlopeLayout::hillslope).value(), files.slope);
        inputs.soil = only_element(model::read_soils(files.soils).value(), files.soils);
        inputs.climate = model::read_climate(files.climate, files.years).value();
        return inputs;
    });
}

void simulate(const Inputs& inputs, const std::function<void(const Day&)>& observe) {
    const auto plane = plane_of(inputs);
    auto slope = erodible_slope(inputs.slope, inputs.soil, inputs.cover);
    const Erodibility erodibility(inputs.soil, inputs.cover);
    int days = 0;
    WaterBalance balance(inputs.soil, inputs.cover, inputs.slope.mean_slope());
    for (const auto& weather : inputs.climate.days) {
        const auto water = balance.next_day(weather);
        slope.factors = erodibility.after(days++);
        std::optional<EventRunoff> runoff;
        std::optional<EventErosion> erosion;
        if (water.runoff_mm > 0) {
            runoff = runoff_of(water, plane);
            erosion = erode(slope, {.peak_ms = runoff->peak_ms,
                                       .duration_s = runoff->effective_s,
                                       .rain_intensity_ms = runoff->rain_intensity_ms,
                                       .excess_intensity_ms = runoff->excess_intensity_ms});
        }
        observe({weather, water, balance, slope.factors, runoff, erosion});
    }
}

} // namespace freshet::hillslope
