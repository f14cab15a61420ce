#pragma once

#include "worker/programs/hillslope/infiltration.hpp"
#include "worker/programs/hillslope/snow.hpp"
#include "worker/programs/hillslope/soil_profile.hpp"
#include "worker/programs/model/climate_file.hpp"
#include "worker/programs/model/management_file.hpp"
#include "worker/programs/model/soil_file.hpp"

#include <vector>

namespace freshet::hillslope {

/// One day's water, depths in mm over the slope. precipitation = runoff + transpiration + soil evaporation +
/// sublimation + percolation + change of soil water and snow, to rounding.
struct DailyWater {
    double precipitation_mm = 0;
    double rain_mm = 0; ///< of it, what fell as rain
    double melt_mm = 0;
    double runoff_mm = 0;
    double transpiration_mm = 0;
    double soil_evaporation_mm = 0;
    double sublimation_mm = 0;
    double percolation_mm = 0;
    double effective_conductivity_mmh = 0;
    bool snow_covered = false; ///< at the start of the storm
    bool frozen = false;
    std::vector<ExcessStep> steps; ///< the melt of the daylight hours, then the storm
};

/// The daily water balance of one slope: snow, Green-Ampt infiltration of melt and storm, depression storage,
/// percolation, evapotranspiration. Holds soil water, snow and frost from day to day.
class WaterBalance {
public:
    WaterBalance(const model::Soil& soil, const model::Cover& cover, double slope);

    DailyWater next_day(const model::Weather& weather);

    const SoilProfile& profile() const noexcept { return profile_; }
    const SnowPack& snow() const noexcept { return snow_; }
    /// Wetting front suction times the deficit of the uppermost soil, mm.
    double suction_deficit_mm() const { return suction_mm_ * profile_.surface_deficit(); }
    /// Soil water and snow, mm.
    double stored_mm() const { return profile_.water_mm() + snow_.water_mm(); }

private:
    double conductivity_mmh() const;
    /// What reaches the ground as water; snow goes to the pack.
    std::vector<RainStep> fall_and_melt(
        DailyWater& day, const model::Weather& weather, double mean_temperature_c);
    void infiltrate_into(DailyWater& day, const std::vector<RainStep>& water);
    void evaporate(DailyWater& day, const model::Weather& weather, double mean_temperature_c);

    SoilProfile profile_;
    SnowPack snow_;
    GroundFrost frost_;
    model::Cover cover_;
    double soil_albedo_;
    double conductivity_mmh_; ///< effective, unfrozen
    double suction_mm_;
    double depression_storage_mm_;
};

} // namespace freshet::hillslope
