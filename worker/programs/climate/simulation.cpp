#include "worker/programs/climate/simulation.hpp"

#include "worker/programs/climate/generator.hpp"

#include <cmath>

namespace freshet::climate {

namespace {

CliHeader header_of(const Station& station, CliMode mode, Years years, const SimulationOptions& options) {
    return {.mode = mode,
        .station = station.name,
        .seed = options.seed,
        .interpolation = static_cast<int>(options.interpolation),
        .latitude = station.latitude,
        .longitude = station.longitude,
        .elevation = std::trunc(station.elevation * metres_per_foot), // as CLIGEN does
        .observed_years = station.years,
        .first_year = years.first,
        .years = years.count,
        .command_line = options.command_line,
        .tmax = monthly_celsius(station.tmax_mean),
        .tmin = monthly_celsius(station.tmin_mean),
        .radiation = station.radiation_mean,
        .precipitation = monthly_precipitation(station)};
}

Generator generator_of(const Station& station, const SimulationOptions& options) {
    return {
        station, {.interpolation = options.interpolation, .seed = static_cast<std::uint64_t>(options.seed)}};
}

} // namespace

CliFile simulate_years(const Station& station, Years years, const SimulationOptions& options) {
    CliFile file{.header = header_of(station, CliMode::continuous, years, options)};
    auto generator = generator_of(station, options);
    const auto end = date_of(years.first + years.count, 1, 1);
    for (auto date = date_of(years.first, 1, 1); date < end; date = next_day(date))
        file.days.push_back(generator.next(date));
    return file;
}

CliFile simulate_storm(const Station& station, const DesignStorm& storm, const SimulationOptions& options) {
    const Years years{.first = int{storm.date.year()}, .count = 1};
    auto day = generator_of(station, options).next(storm.date, {.precipitation = storm.precipitation});
    day.duration = storm.duration;
    day.time_to_peak = storm.time_to_peak;
    day.peak_ratio = storm.peak_ratio;
    return {.header = header_of(station, CliMode::single_storm, years, options), .days = {day}};
}

CliFile simulate_observed(
    const Station& station, const std::vector<ObservedDay>& observed, const SimulationOptions& options) {
    const int first = int{observed.front().date.year()};
    const int last = int{observed.back().date.year()};
    const Years years{.first = first, .count = last - first + 1};
    CliFile file{.header = header_of(station, CliMode::continuous, years, options)};
    auto generator = generator_of(station, options);
    for (const auto& day : observed)
        file.days.push_back(generator.next(day.date, day.observation));
    const auto end = date_of(last + 1, 1, 1);
    for (auto date = next_day(observed.back().date); date < end; date = next_day(date))
        file.days.push_back(generator.next(date));
    return file;
}

} // namespace freshet::climate
