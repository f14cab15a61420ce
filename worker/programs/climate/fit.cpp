#include "worker/programs/climate/fit.hpp"

#include "worker/programs/climate/climatology.hpp"
#include "worker/programs/climate/radiation.hpp"
#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace freshet::climate {

namespace {

constexpr double calm_below = 0.05;        // m/s
constexpr double half_hour_of_hour = 0.79; // TP-40
constexpr double six_hours_of_day = 0.75;  // TP-40
constexpr std::array<double, 4> huff_quartiles{0.30, 0.36, 0.19, 0.15};

using Sample = std::vector<double>;

double mean_of(const Sample& sample) {
    return sample.empty()
               ? 0
               : std::accumulate(sample.begin(), sample.end(), 0.0) / static_cast<double>(sample.size());
}

/// The sum of the deviations from the mean to the power of 2 or 3.
double deviation_sum(const Sample& sample, int power) {
    const auto mean = mean_of(sample);
    double sum = 0;
    for (const double value : sample) {
        const auto deviation = value - mean;
        sum += power == 2 ? deviation * deviation : deviation * deviation * deviation;
    }
    return sum;
}

double sd_of(const Sample& sample) {
    if (sample.size() < 2) return 0;
    return std::sqrt(deviation_sum(sample, 2) / static_cast<double>(sample.size() - 1));
}

double skew_of(const Sample& sample) {
    const auto sd = sd_of(sample);
    if (sample.size() < 3 || sd == 0) return 0;
    const auto n = static_cast<double>(sample.size());
    return n * deviation_sum(sample, 3) / ((n - 1) * (n - 2) * sd * sd * sd);
}

/// What one calendar month's days of all years say.
struct MonthSample {
    Sample wet_amounts; // mm
    Sample tmax;        // C
    Sample tmin;        // C
    Sample radiation;   // Langley/day
    Sample wind;        // m/s, calm days left out
    int wind_days = 0;
    int after_wet = 0;
    int wet_after_wet = 0;
    int after_dry = 0;
    int wet_after_dry = 0;
    std::map<int, double> largest_by_year; // mm

    void add(const DailyRecord& day, const SiteFacts& site);
    void add_transition(bool wet_before, bool wet);
};

void MonthSample::add(const DailyRecord& day, const SiteFacts& site) {
    if (day.precipitation) {
        if (*day.precipitation > 0) wet_amounts.push_back(*day.precipitation);
        auto& largest = largest_by_year[int{day.date.year()}];
        largest = std::max(largest, *day.precipitation);
    }
    if (day.tmax) tmax.push_back(*day.tmax);
    if (day.tmin) tmin.push_back(*day.tmin);
    if (day.tmax && day.tmin) {
        const auto slot = slot_of(day.date);
        const auto estimate = site.radiation_coefficient * std::sqrt(*day.tmax - *day.tmin) *
                              extraterrestrial_radiation(site.latitude, slot);
        radiation.push_back(std::min(estimate, clear_sky_radiation(site.latitude, site.elevation, slot)));
    }
    if (day.wind) {
        ++wind_days;
        if (*day.wind >= calm_below) wind.push_back(*day.wind);
    }
}

void MonthSample::add_transition(bool wet_before, bool wet) {
    ++(wet_before ? after_wet : after_dry);
    if (wet) ++(wet_before ? wet_after_wet : wet_after_dry);
}

using Months = std::array<MonthSample, 12>;

Months gather(const std::vector<DailyRecord>& records, const SiteFacts& site) {
    Months months;
    const DailyRecord* before = nullptr;
    for (const auto& day : records) {
        auto& month = months[static_cast<std::size_t>(month_index(day.date))];
        month.add(day, site);
        if (before && next_day(before->date) == day.date && before->precipitation && day.precipitation)
            month.add_transition(*before->precipitation > 0, *day.precipitation > 0);
        before = &day;
    }
    return months;
}

void check(const Months& months) {
    for (std::size_t month = 0; month < months.size(); ++month) {
        const auto& sample = months[month];
        const auto transitions = sample.after_wet + sample.after_dry;
        if (sample.tmax.size() < 2 || sample.tmin.size() < 2 || transitions < 2)
            throw BadInput(fmt::format("month {}: expected at least 2 days with temp_max, temp_min and "
                                       "precipitation on them and on the day before, found {}, {} and {}",
                month + 1, sample.tmax.size(), sample.tmin.size(), transitions));
    }
}

double share(int part, int whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / whole;
}

void fit_precipitation(Station& station, std::size_t month, const MonthSample& sample) {
    station.precipitation_mean[month] = mean_of(sample.wet_amounts) / millimetres_per_inch;
    station.precipitation_sd[month] = sd_of(sample.wet_amounts) / millimetres_per_inch;
    station.precipitation_skew[month] = skew_of(sample.wet_amounts);
    station.wet_after_wet[month] = share(sample.wet_after_wet, sample.after_wet);
    station.wet_after_dry[month] = share(sample.wet_after_dry, sample.after_dry);
}

void fit_temperatures(Station& station, std::size_t month, const MonthSample& sample, const SiteFacts& site) {
    station.tmax_mean[month] = fahrenheit(mean_of(sample.tmax));
    station.tmin_mean[month] = fahrenheit(mean_of(sample.tmin));
    station.tmax_sd[month] = sd_of(sample.tmax) * 1.8;
    station.tmin_sd[month] = sd_of(sample.tmin) * 1.8;
    station.radiation_mean[month] = mean_of(sample.radiation);
    station.radiation_sd[month] = sd_of(sample.radiation);
    station.dew_point[month] = fahrenheit(mean_of(sample.tmin) - site.dew_point_depression);
}

double half_hour_of_day(double mean_temperature) {
    const auto warmth = std::clamp((mean_temperature - 5) / 20, 0.0, 1.0);
    return half_hour_of_hour * (0.25 + 0.25 * warmth);
}

void fit_intensities(Station& station, const Months& months) {
    for (std::size_t month = 0; month < months.size(); ++month) {
        const auto& sample = months[month];
        Sample largest;
        for (const auto& [year, amount] : sample.largest_by_year)
            largest.push_back(amount / millimetres_per_inch);
        const auto half_hour = half_hour_of_day((mean_of(sample.tmax) + mean_of(sample.tmin)) / 2);
        station.half_hour_intensity[month] = 2 * half_hour * mean_of(largest);
        if (largest.empty()) continue;
        const auto record = std::ranges::max(largest);
        station.half_hour_peak = std::max(station.half_hour_peak, half_hour * record);
        station.six_hour_peak = std::max(station.six_hour_peak, six_hours_of_day * record);
    }
}

void fit_wind(Station& station, std::size_t month, const MonthSample& sample) {
    const auto calm = 100 - 100 * share(static_cast<int>(sample.wind.size()), sample.wind_days);
    station.calm[month] = calm;
    for (auto& sector : station.wind) {
        sector.percent[month] = (100 - calm) / wind_directions;
        sector.mean[month] = mean_of(sample.wind);
        sector.sd[month] = sd_of(sample.wind);
        sector.skew[month] = skew_of(sample.wind);
    }
}

std::array<double, 12> huff_time_to_peak() {
    std::array<double, 12> cumulative;
    double sum = 0;
    for (std::size_t twelfth = 0; twelfth < 12; ++twelfth)
        cumulative[twelfth] = sum += huff_quartiles[twelfth / 3] / 3;
    return cumulative;
}

/// Eleven lines, as many as the USDA stations have, none longer than 80 columns.
std::vector<std::string> notes_of(
    const std::vector<DailyRecord>& records, const SiteFacts& site, bool has_wind) {
    return {
        " ",
        fmt::format("FITTED BY freshet-climate TO {} DAYS, {} - {}", records.size(),
            to_string(records.front().date), to_string(records.back().date)),
        " ",
        "---Observed---",
        fmt::format("PRECIPITATION, WET DAYS, TMAX, TMIN{}", has_wind ? ", WIND SPEED (DAILY MEANS)" : ""),
        "---Estimated: Solar Radiation and Dew Point---",
        fmt::format("HARGREAVES COEFFICIENT {:.2f}, CLEAR SKY OF FAO-56; TMIN LESS {:.1f} C",
            site.radiation_coefficient, site.dew_point_depression),
        "---Estimated: Max .5 P, TP5, TP6 and Time Peak---",
        "LARGEST DAYS BY TP-40 RATIOS AND TEMPERATURE; HUFF (1967) QUARTILES",
        "---Estimated: Wind---",
        has_wind ? "DIRECTION NOT OBSERVED: 16 EQUAL SHARES WITH THE SAME SPEEDS"
                 : "NOT OBSERVED: ALL DAYS CALM",
    };
}

} // namespace

Station fit_station(const std::vector<DailyRecord>& records, const SiteFacts& site) {
    const auto months = gather(records, site);
    check(months);
    Station station{.name = " " + site.name,
        .id = site.id,
        .latitude = site.latitude,
        .longitude = site.longitude,
        .years = int{records.back().date.year()} - int{records.front().date.year()} + 1,
        .storm_type = site.storm_type,
        .elevation = std::round(site.elevation / metres_per_foot),
        .time_to_peak = huff_time_to_peak()};
    for (std::size_t month = 0; month < months.size(); ++month) {
        fit_precipitation(station, month, months[month]);
        fit_temperatures(station, month, months[month], site);
        fit_wind(station, month, months[month]);
    }
    fit_intensities(station, months);
    const auto has_wind = std::ranges::any_of(months, [](const MonthSample& m) { return m.wind_days > 0; });
    station.notes = notes_of(records, site, has_wind);
    return station;
}

} // namespace freshet::climate
