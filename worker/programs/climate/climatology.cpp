#include "worker/programs/climate/climatology.hpp"

#include "worker/programs/climate/radiation.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace freshet::climate {

namespace {

constexpr double least_range = 0.2;
constexpr double darkest_share = 0.05;

double sd_of_difference(double larger_sd, double smaller_sd) {
    return std::sqrt(std::max(0.0, larger_sd * larger_sd - smaller_sd * smaller_sd));
}

/// The statistics of the days of a year, in the .par's units.
struct DailyStatistics {
    Daily precipitation_mean, precipitation_sd, precipitation_skew, wet_after_wet, wet_after_dry;
    Daily tmax_mean, tmin_mean, tmax_sd, tmin_sd, dew_point, radiation_mean, radiation_sd;
};

DailyStatistics daily_statistics(const Station& s, Interpolation kind) {
    constexpr double any = 1e6;
    return {
        .precipitation_mean = interpolate(s.precipitation_mean, kind, 0, any),
        .precipitation_sd = interpolate(s.precipitation_sd, kind, 0, any),
        .precipitation_skew = interpolate(s.precipitation_skew, kind, -any, any),
        .wet_after_wet = interpolate(s.wet_after_wet, kind, 0, 1),
        .wet_after_dry = interpolate(s.wet_after_dry, kind, 0, 1),
        .tmax_mean = interpolate(s.tmax_mean, kind, -any, any),
        .tmin_mean = interpolate(s.tmin_mean, kind, -any, any),
        .tmax_sd = interpolate(s.tmax_sd, kind, 0, any),
        .tmin_sd = interpolate(s.tmin_sd, kind, 0, any),
        .dew_point = interpolate(s.dew_point, kind, -any, any),
        .radiation_mean = interpolate(s.radiation_mean, kind, 0, any),
        .radiation_sd = interpolate(s.radiation_sd, kind, 0, any),
    };
}

/// Fitting takes far longer than drawing, and without interpolation the days of a month share one fit.
class Fit {
public:
    ClampedSkewed operator()(Moments moments, Bounds bounds) {
        if (moments != moments_) {
            moments_ = moments;
            fitted_ = ClampedSkewed(moments, bounds);
        }
        return fitted_;
    }

private:
    std::optional<Moments> moments_;
    ClampedSkewed fitted_;
};

} // namespace

double wet_share(double wet_after_wet, double wet_after_dry) {
    const auto turnover = 1 - wet_after_wet + wet_after_dry;
    return turnover > 0 ? wet_after_dry / turnover : 0;
}

Monthly expected_wet_days(const Station& station) {
    Monthly days;
    for (std::size_t month = 0; month < 12; ++month)
        days[month] = days_in_month(static_cast<int>(month)) *
                      wet_share(station.wet_after_wet[month], station.wet_after_dry[month]);
    return days;
}

Monthly monthly_celsius(const Monthly& fahrenheit_values) {
    Monthly values;
    std::ranges::transform(fahrenheit_values, values.begin(), celsius);
    return values;
}

Monthly monthly_precipitation(const Station& station) {
    auto values = expected_wet_days(station);
    for (std::size_t month = 0; month < 12; ++month)
        values[month] *= station.precipitation_mean[month] * millimetres_per_inch;
    return values;
}

std::vector<DayClimate> daily_climate(const Station& station, Interpolation interpolation) {
    const auto statistics = daily_statistics(station, interpolation);
    const auto elevation = station.elevation * metres_per_foot;
    Fit fit_precipitation;
    Fit fit_range;
    std::vector<DayClimate> days(slots_in_year);
    for (std::size_t slot = 0; slot < days.size(); ++slot) {
        auto& day = days[slot];
        day.wet_after_wet = statistics.wet_after_wet[slot];
        day.wet_after_dry = statistics.wet_after_dry[slot];
        day.precipitation =
            fit_precipitation({.mean = statistics.precipitation_mean[slot] * millimetres_per_inch,
                                  .sd = statistics.precipitation_sd[slot] * millimetres_per_inch,
                                  .skew = statistics.precipitation_skew[slot]},
                {.low = least_precipitation});

        const auto tmax = celsius(statistics.tmax_mean[slot]);
        const auto tmin = celsius(statistics.tmin_mean[slot]);
        const auto tmax_sd = statistics.tmax_sd[slot] / 1.8;
        const auto tmin_sd = statistics.tmin_sd[slot] / 1.8;
        day.tmin_is_steady = tmin_sd <= tmax_sd;
        day.steady_mean = day.tmin_is_steady ? tmin : tmax;
        day.steady_sd = std::min(tmin_sd, tmax_sd);
        day.range = fit_range(
            {.mean = tmax - tmin, .sd = sd_of_difference(std::max(tmin_sd, tmax_sd), day.steady_sd)},
            {.low = least_range});
        day.dew_point_offset = celsius(statistics.dew_point[slot]) - day.steady_mean;
        day.dew_point_sd = sd_of_difference((tmin_sd + tmax_sd) / 2, day.steady_sd);

        const auto clear = clear_sky_radiation(station.latitude, elevation, static_cast<int>(slot));
        day.radiation =
            ClampedSkewed({.mean = statistics.radiation_mean[slot], .sd = statistics.radiation_sd[slot]},
                {.low = darkest_share * clear, .high = clear});
    }
    return days;
}

} // namespace freshet::climate
