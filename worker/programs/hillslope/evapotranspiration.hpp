#pragma once

namespace freshet::hillslope {

/// Potential evapotranspiration in mm/d from radiation and temperature: Eo = 1.28 Rn / 58.3 * D / (D + 0.68),
/// Rn = R (1 - albedo) in ly/d, D = 5304 / Tk^2 exp(21.25 - 5304 / Tk).
/// Source: Priestley & Taylor (1972), Mon. Weather Rev. 100, 81-92, as in Savabi & Williams (1995), WEPP
/// chapter 5.
double potential_evapotranspiration_mm(double radiation_ly, double albedo, double mean_temperature_c);

/// Potential evapotranspiration divided between canopy and ground; the two sum to at most `potential_mm`.
struct Demand {
    double transpiration_mm;
    double soil_evaporation_mm;
};

/// The canopy takes its share of the ground; litter on the rest slows evaporation by 5 % for each 10 %
/// covered.
/// Source of the mulch rule: Allen et al. (1998), FAO 56, chapter 10.
Demand divide_demand(double potential_mm, double canopy, double ground_cover);

} // namespace freshet::hillslope
