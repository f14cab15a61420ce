#include "worker/programs/climate/generator.hpp"

#include <algorithm>

namespace freshet::climate {

Generator::Generator(const Station& station, Options options)
    : climate_(daily_climate(station, options.interpolation)),
      storms_(station, options.interpolation, options.seed),
      winds_(station, options.seed),
      occurrence_(options.seed, Variable::occurrence),
      amount_(options.seed, Variable::amount),
      tmax_(options.seed, Variable::tmax),
      tmin_(options.seed, Variable::tmin),
      dew_point_(options.seed, Variable::dew_point),
      radiation_(options.seed, Variable::radiation) {}

CliDay Generator::next(Date date, const Observation& observed) {
    const auto slot = slot_of(date);
    const auto& climate = climate_[static_cast<std::size_t>(slot)];
    CliDay day{.date = date};

    const auto generated = draw_precipitation(climate);
    day.precipitation = observed.precipitation.value_or(generated);
    yesterday_wet_ = day.precipitation > 0;

    const auto temperatures = draw_temperatures(climate, observed);
    day.tmax = temperatures.tmax;
    day.tmin = temperatures.tmin;
    day.dew_point = temperatures.dew_point;
    day.radiation = climate.radiation.at(radiation_.normal());
    const auto wind = winds_.draw(month_index(date));
    day.wind_speed = wind.speed;
    day.wind_direction = wind.direction;

    if (day.precipitation > 0) {
        const auto storm = storms_.draw(slot, day.precipitation, (day.tmax + day.tmin) / 2);
        day.duration = storm.duration;
        day.time_to_peak = storm.time_to_peak;
        day.peak_ratio = storm.peak_ratio;
    }
    return day;
}

double Generator::draw_precipitation(const DayClimate& climate) {
    if (!yesterday_wet_)
        yesterday_wet_ = occurrence_.uniform() < wet_share(climate.wet_after_wet, climate.wet_after_dry);
    const auto chance = *yesterday_wet_ ? climate.wet_after_wet : climate.wet_after_dry;
    const auto z = amount_.normal();
    return occurrence_.uniform() < chance ? climate.precipitation.at(z) : 0;
}

Generator::Temperatures Generator::draw_temperatures(const DayClimate& climate, const Observation& observed) {
    auto& steady_stream = climate.tmin_is_steady ? tmin_ : tmax_;
    auto& range_stream = climate.tmin_is_steady ? tmax_ : tmin_;
    auto steady = climate.steady_mean + climate.steady_sd * steady_stream.normal();
    const auto range = climate.range.at(range_stream.normal());
    const auto offset = climate.dew_point_offset + climate.dew_point_sd * dew_point_.normal();

    auto tmin = climate.tmin_is_steady ? steady : steady - range;
    auto tmax = tmin + range;
    if (observed.tmin) {
        tmin = *observed.tmin;
        tmax = observed.tmax.value_or(tmin + range);
    } else if (observed.tmax) {
        tmax = *observed.tmax;
        tmin = tmax - range;
    }
    steady = climate.tmin_is_steady ? tmin : tmax;
    return {.tmax = tmax, .tmin = tmin, .dew_point = std::min(steady + offset, (tmax + tmin) / 2)};
}

} // namespace freshet::climate
