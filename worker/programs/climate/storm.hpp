#pragma once

#include "worker/programs/climate/interpolation.hpp"
#include "worker/programs/climate/par.hpp"
#include "worker/programs/climate/random.hpp"

namespace freshet::climate {

/// How a day's precipitation falls: one storm with one peak.
struct Storm {
    double duration = 0;     ///< hours, at most 24
    double time_to_peak = 0; ///< share of the duration, 0.01 .. 0.99
    double peak_ratio = 0;   ///< peak intensity over mean intensity, at least 1.01
};

/// The share of a day's precipitation that falls in its heaviest half hour, as it is on average in the month:
/// R30 / R. The month's largest half-hour depth (MX .5P / 2, smoothed over three months) is the largest of n
/// wet days, so the average is that over ln(n + 0.5), and R is MEAN P. Below 2.3 wet days the month's largest
/// is taken as it is. B. Yu, "Improvement and evaluation of CLIGEN for storm generation", Transactions of the
/// ASAE 43 (2000), 301-307.
Monthly half_hour_shares(const Station& station);

/// Draws storms (Nicks, Lane and Gander 1995, WEPP technical documentation, ch. 2, with Yu's corrections of
/// 2000, as CLIGEN 5 has them):
/// - a, the day's half-hour share: between 1/48 (even rain all day) and 1, or 1 - exp(-125 / P) from 25.4 mm
///   on (Arnold and Williams 1989), by a gamma-shaped density of shape 6.28 whose mode is the month's
///   average share;
/// - duration: 3.99 / (-2 ln(1 - a)) hours, at most 24 (9.210 instead of 3.99 in 1995);
/// - peak intensity: -2 P ln(1 - a) mm/h with a second, independent a, at most what the SCS storm type
///   allows; over the mean intensity P / D, and at least 1.01; 1.01 too if the day's mean temperature is
///   not above 0 C;
/// - time to peak: from the cumulative distribution Time Pk, straight lines between its points. It is held
///   off 0 and 1 so that the storm has a rising and a falling limb, which WEPP's double exponential needs.
class StormModel {
public:
    StormModel(const Station& station, Interpolation interpolation, std::uint64_t seed);

    /// `precipitation` > 0 in mm, `mean_temperature` in C. Only wet days draw.
    Storm draw(int slot, double precipitation, double mean_temperature);

private:
    double draw_share(Stream& stream, int slot, double precipitation) const;
    double draw_time_to_peak();

    Daily mean_share_;
    std::array<double, 12> time_to_peak_;
    double highest_peak_; // mm/h
    Stream duration_;
    Stream intensity_;
    Stream time_;
};

} // namespace freshet::climate
