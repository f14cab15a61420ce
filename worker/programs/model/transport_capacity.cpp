#include "worker/programs/model/transport_capacity.hpp"

#include "worker/programs/model/constants.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::model {

double yalin_capacity(double shear_pa, double diameter_m, double specific_gravity) {
    if (shear_pa <= 0) return 0;
    const double shear_velocity = std::sqrt(shear_pa / water_density);
    const double reynolds = shear_velocity * diameter_m / water_viscosity;
    const double critical = std::max(0.04, 0.1 * std::pow(reynolds, -0.3));
    const double shields = shear_pa / ((specific_gravity - 1) * specific_weight * diameter_m);
    const double excess = shields / critical - 1;
    if (excess <= 0) return 0;
    const double b = 2.45 * std::pow(specific_gravity, -0.4) * std::sqrt(critical) * excess;
    const double transport = 0.635 * excess * (1 - std::log1p(b) / b);
    return transport * specific_gravity * water_density * diameter_m * shear_velocity;
}

double yalin_capacity(double shear_pa, const Particles& particles) {
    double capacity = 0;
    for (std::size_t k = 0; k < particle_classes; ++k)
        capacity += particles.fraction[k] *
                    yalin_capacity(shear_pa, particles.diameter_m[k], particles.specific_gravity[k]);
    return capacity;
}

double transport_coefficient(double shear_pa, const Particles& particles) {
    if (shear_pa <= 0) return 0;
    return yalin_capacity(shear_pa, particles) / (shear_pa * std::sqrt(shear_pa));
}

} // namespace freshet::model
