#include "worker/programs/model/particles.hpp"

#include "worker/programs/model/constants.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::model {

namespace {

enum Class : std::size_t { clay, silt, small_aggregates, large_aggregates, sand };

double small_aggregate_fraction(double soil_clay) {
    if (soil_clay < 0.25) return 1.8 * soil_clay;
    if (soil_clay <= 0.5) return 0.45 - 0.6 * (soil_clay - 0.25);
    return 0.6 * soil_clay;
}

double small_aggregate_diameter(double soil_clay) {
    return std::clamp(0.03e-3 + 0.2e-3 * (soil_clay - 0.25), 0.03e-3, 0.1e-3);
}

double large_aggregate_diameter(double soil_clay) {
    return std::max(0.3e-3, 2e-3 * soil_clay);
}

} // namespace

Particles particles_of(double soil_sand, double soil_clay, double organic_matter) {
    const double soil_silt = std::max(0.0, 1 - soil_sand - soil_clay);
    Particles p;
    p.diameter_m = {
        0.002e-3, 0.01e-3, small_aggregate_diameter(soil_clay), large_aggregate_diameter(soil_clay), 0.2e-3};
    p.specific_gravity = {2.6, 2.65, 1.8, 1.6, 2.65};

    // Small aggregates hold clay and silt in the soil's proportion; the clay, silt and sand left make the
    // large ones.
    const double fines = soil_clay + soil_silt;
    const double clay_of_fines = fines > 0 ? soil_clay / fines : 0;
    const double aggregated_clay = 0.74 * soil_clay;
    p.fraction[clay] = soil_clay - aggregated_clay;
    p.fraction[small_aggregates] = std::min(small_aggregate_fraction(soil_clay), soil_silt);
    if (clay_of_fines * p.fraction[small_aggregates] > aggregated_clay)
        p.fraction[small_aggregates] = aggregated_clay / clay_of_fines;
    p.fraction[silt] = soil_silt - p.fraction[small_aggregates];
    p.fraction[sand] = soil_sand * std::pow(1 - soil_clay, 5);
    p.fraction[large_aggregates] = aggregated_clay + soil_sand - p.fraction[sand];

    p.clay = {1, 0, clay_of_fines, 0, 0};
    p.silt = {0, 1, 1 - clay_of_fines, 0, 0};
    p.sand = {0, 0, 0, 0, 1};
    if (const double large = p.fraction[large_aggregates]; large > 0) {
        const double clay_in_small = clay_of_fines * p.fraction[small_aggregates];
        p.clay[large_aggregates] = (aggregated_clay - clay_in_small) / large;
        p.silt[large_aggregates] = clay_in_small / large;
        p.sand[large_aggregates] = (soil_sand - p.fraction[sand]) / large;
    }
    for (std::size_t k = 0; k < particle_classes; ++k)
        p.organic_matter[k] = soil_clay > 0 ? p.clay[k] * organic_matter / soil_clay : 0;
    return p;
}

double specific_surface(const Particles& p, const PerClass& fraction) {
    double surface = 0;
    for (std::size_t k = 0; k < particle_classes; ++k)
        surface +=
            fraction[k] * (20 * p.clay[k] + 4 * p.silt[k] + 0.05 * p.sand[k] + 1000 * p.organic_matter[k]);
    return surface;
}

double fall_velocity(double diameter_m, double specific_gravity) {
    const double submerged = (specific_gravity - 1) * gravity;
    return submerged * diameter_m * diameter_m /
           (18 * water_viscosity + std::sqrt(0.75 * 0.4 * submerged * std::pow(diameter_m, 3)));
}

double mean_fall_velocity(const Particles& particles, const PerClass& mass) {
    double weighted = 0;
    double total = 0;
    for (std::size_t k = 0; k < particle_classes; ++k) {
        weighted += mass[k] * fall_velocity(particles.diameter_m[k], particles.specific_gravity[k]);
        total += mass[k];
    }
    return weighted / total;
}

} // namespace freshet::model
