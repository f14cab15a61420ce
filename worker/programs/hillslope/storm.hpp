#pragma once

#include "worker/programs/model/climate_file.hpp"

#include <vector>

namespace freshet::hillslope {

enum class WaterSource { rain, melt };

/// A spell of constant rain, or of melting snow.
struct RainStep {
    double duration_h;
    double depth_mm;
    WaterSource source = WaterSource::rain;
};

/// The double exponential storm: intensity rises from the start to the peak and falls to the end, i(t) = ip
/// exp(b (t - tp)) before tp and ip exp(d (tp - t)) after it, t as a fraction of the duration, with b and d
/// such that each limb has its share tp and 1 - tp of the depth. b follows from 1 - exp(-b tp) = b tp / ip.
/// Returned as ten steps of equal depth, which sum to `depth_mm` and `duration_h`.
/// Source: Lane & Nearing (1989), NSERL Report 2, chapter 2; Nicks, Lane & Gander (1995), WEPP chapter 2.
/// @param time_to_peak fraction of the duration; taken within 0.01 to 0.99
/// @param peak_intensity peak over mean intensity; up to 1 gives constant rain
std::vector<RainStep> disaggregate(
    double depth_mm, double duration_h, double time_to_peak, double peak_intensity);

/// The storm of a day of the climate file, measured or generated; empty on a dry day.
std::vector<RainStep> storm_of(const model::Weather& day);

} // namespace freshet::hillslope
