#include "worker/programs/hillslope/water_balance.hpp"

#include "worker/programs/hillslope/evapotranspiration.hpp"
#include "worker/programs/hillslope/surface.hpp"

#include <algorithm>

namespace freshet::hillslope {

namespace {

constexpr double melt_hours = 10;    // the daylight hours in which snow melts
constexpr double frozen_share = 0.1; // of the conductivity that frozen ground keeps
constexpr double snow_albedo = 0.8;
constexpr double vegetation_albedo = 0.23;

double surface_conductivity(const model::Soil& soil, const model::Cover& cover) {
    const double baseline = baseline_conductivity_mmh(soil);
    if (!soil.conductivity_varies) return baseline;
    const auto& top = soil.layers.front();
    const double crusted = crust_factor(top.sand, top.clay, top.bulk_density.value_or(1.3));
    const double sheltered = 1 - (1 - cover.canopy) * (1 - cover.interrill);
    return baseline * (crusted + (1 - crusted) * sheltered);
}

double suction_of(const model::Soil& soil, const SoilProfile& profile) {
    const auto& top = soil.layers.front();
    const auto& slice = profile.slices().front();
    return wetting_front_suction_mm(top.sand, top.clay, slice.saturation_mm / slice.thickness_mm);
}

} // namespace

WaterBalance::WaterBalance(const model::Soil& soil, const model::Cover& cover, double slope)
    : profile_(soil),
      cover_(cover),
      soil_albedo_(soil.albedo),
      conductivity_mmh_(surface_conductivity(soil, cover)),
      suction_mm_(suction_of(soil, profile_)),
      depression_storage_mm_(depression_storage_mm(cover.roughness_m, slope)) {}

double WaterBalance::conductivity_mmh() const {
    return conductivity_mmh_ * (frost_.frozen() ? frozen_share : 1);
}

DailyWater WaterBalance::next_day(const model::Weather& weather) {
    const double mean = 0.5 * (weather.tmax_c + weather.tmin_c);
    DailyWater day;
    day.precipitation_mm = weather.precipitation_mm;
    day.frozen = frost_.frozen();
    day.effective_conductivity_mmh = conductivity_mmh();

    infiltrate_into(day, fall_and_melt(day, weather, mean));
    day.percolation_mm = profile_.percolate();
    evaporate(day, weather, mean);
    frost_.add_day(mean, snow_.depth_mm());
    return day;
}

std::vector<RainStep> WaterBalance::fall_and_melt(
    DailyWater& day, const model::Weather& weather, double mean_temperature_c) {
    const bool as_snow = SnowPack::falls_as_snow(mean_temperature_c);
    if (as_snow) snow_.add(weather.precipitation_mm);
    day.rain_mm = as_snow ? 0 : weather.precipitation_mm;
    day.melt_mm = snow_.melt(mean_temperature_c);
    day.snow_covered = snow_.water_mm() > 0;

    std::vector<RainStep> water;
    if (day.melt_mm > 0) water.push_back({melt_hours, day.melt_mm, WaterSource::melt});
    if (as_snow) return water;
    const auto storm = storm_of(weather);
    water.insert(water.end(), storm.begin(), storm.end());
    return water;
}

void WaterBalance::infiltrate_into(DailyWater& day, const std::vector<RainStep>& water) {
    if (water.empty()) return;
    const double room = std::max(0.0, profile_.room_mm());
    const GreenAmpt soil{day.effective_conductivity_mmh, suction_deficit_mm(), room};
    day.steps = infiltrate(water, soil);
    // What the hollows hold enters the soil after the storm, as far as there is room.
    const double room_left = std::max(0.0, room - total_infiltrated_mm(day.steps));
    retain(day.steps, std::min(depression_storage_mm_, room_left));
    profile_.add(total_infiltrated_mm(day.steps));
    day.runoff_mm = total_excess_mm(day.steps);
}

void WaterBalance::evaporate(DailyWater& day, const model::Weather& weather, double mean_temperature_c) {
    const double covered = 1 - (1 - cover_.canopy) * (1 - cover_.interrill);
    const double ground_albedo = vegetation_albedo * covered + soil_albedo_ * (1 - covered);
    const bool snow = snow_.water_mm() > 0;
    const double potential = potential_evapotranspiration_mm(weather.radiation_ly,
        snow ? std::max(snow_albedo, ground_albedo) : ground_albedo, mean_temperature_c);
    if (snow) {
        day.sublimation_mm = snow_.sublimate(potential);
        return;
    }
    const auto demand = divide_demand(potential, cover_.canopy, cover_.interrill);
    day.soil_evaporation_mm = profile_.evaporate(demand.soil_evaporation_mm);
    day.transpiration_mm = profile_.transpire(demand.transpiration_mm);
}

} // namespace freshet::hillslope
