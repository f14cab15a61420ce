#include "worker/programs/climate/storm.hpp"

#include "worker/programs/climate/climatology.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::climate {

namespace {

constexpr double least_share = 0.5 / 24;
constexpr double gamma_shape = 6.28;
constexpr double duration_factor = 3.99;
constexpr double least_peak_ratio = 1.01;
/// Highest peak intensity of the SCS storm types I, IA, II and III, mm/h.
constexpr std::array<double, 4> highest_peaks{180.34, 154.94, 307.34, 330.2};

double most_share(double precipitation) {
    return precipitation < millimetres_per_inch ? 1 : 1 - exact_exp(-125 / precipitation);
}

/// Logarithm of the density up to a constant: 0 at its mode x = 1.
double log_gamma_density(double x) {
    return gamma_shape * (exact_log(x) + 1 - x);
}

} // namespace

Monthly half_hour_shares(const Station& station) {
    Monthly shares;
    const auto wet_days = expected_wet_days(station);
    for (std::size_t month = 0; month < 12; ++month) {
        const auto& intensity = station.half_hour_intensity;
        const auto smooth =
            (intensity[(month + 11) % 12] + intensity[month] + intensity[(month + 1) % 12]) / 3;
        const auto largest_depth = 0.5 * smooth;
        const auto reduction = std::max(1.0, exact_log(wet_days[month] + 0.5));
        const auto mean_depth = std::max(0.001, station.precipitation_mean[month]);
        shares[month] = std::max(least_share + 0.01, largest_depth / reduction / mean_depth);
    }
    return shares;
}

StormModel::StormModel(const Station& station, Interpolation interpolation, std::uint64_t seed)
    : mean_share_(interpolate(half_hour_shares(station), interpolation, least_share + 0.01, 100)),
      time_to_peak_(station.time_to_peak),
      highest_peak_(highest_peaks[static_cast<std::size_t>(station.storm_type - 1)]),
      duration_(seed, Variable::storm_duration),
      intensity_(seed, Variable::storm_intensity),
      time_(seed, Variable::time_to_peak) {}

Storm StormModel::draw(int slot, double precipitation, double mean_temperature) {
    const auto for_duration = draw_share(duration_, slot, precipitation);
    const auto for_peak = draw_share(intensity_, slot, precipitation);
    Storm storm;
    storm.duration = std::min(24.0, duration_factor / (-2 * exact_log(1 - for_duration)));
    storm.time_to_peak = draw_time_to_peak();
    const auto peak = std::min(highest_peak_, -2 * precipitation * exact_log(1 - for_peak));
    storm.peak_ratio = std::max(least_peak_ratio, peak * storm.duration / precipitation);
    if (mean_temperature <= 0) storm.peak_ratio = least_peak_ratio;
    return storm;
}

double StormModel::draw_share(Stream& stream, int slot, double precipitation) const {
    const auto reach = (1 - least_share) / (mean_share_[static_cast<std::size_t>(slot)] - least_share);
    const auto log_highest = log_gamma_density(std::min(1.0, reach));
    for (;;) {
        const auto u = stream.uniform();
        if (exact_log(stream.uniform()) < log_gamma_density(u * reach) - log_highest)
            return least_share + u * (most_share(precipitation) - least_share);
    }
}

double StormModel::draw_time_to_peak() {
    const auto u = std::min(time_.uniform(), time_to_peak_.back());
    const auto above = std::ranges::lower_bound(time_to_peak_, u);
    const auto twelfth = static_cast<std::size_t>(above - time_to_peak_.begin());
    const auto below = twelfth == 0 ? 0 : time_to_peak_[twelfth - 1];
    const auto within = (u - below) / (*above - below);
    return std::clamp((static_cast<double>(twelfth) + within) / 12, 0.01, 0.99);
}

} // namespace freshet::climate
