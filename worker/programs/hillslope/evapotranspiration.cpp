#include "worker/programs/hillslope/evapotranspiration.hpp"

#include <cmath>

namespace freshet::hillslope {

double potential_evapotranspiration_mm(double radiation_ly, double albedo, double mean_temperature_c) {
    const double kelvin = mean_temperature_c + 273.0;
    const double slope = 5304 / (kelvin * kelvin) * std::exp(21.25 - 5304 / kelvin);
    return 1.28 * radiation_ly * (1 - albedo) / 58.3 * slope / (slope + 0.68);
}

Demand divide_demand(double potential_mm, double canopy, double ground_cover) {
    return {potential_mm * canopy, potential_mm * (1 - canopy) * (1 - 0.5 * ground_cover)};
}

} // namespace freshet::hillslope
