#include "worker/programs/hillslope/friction.hpp"

#include "worker/programs/model/constants.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::hillslope {

Friction friction_of(const model::Cover& cover) {
    constexpr double interrill_grains = 4.07;
    const double ridged = std::exp(3.024 - 5.042 * std::exp(-161 * cover.roughness_m));
    const double roughness = std::max(interrill_grains, 0.5 * std::pow(ridged, 1.128));
    return {
        .rill = Friction::grains + 4.5 * std::pow(cover.rill, 1.55),
        .interrill = roughness + 14.5 * std::pow(cover.interrill, 1.55),
    };
}

double overland_alpha(const Friction& friction, double slope, double rill_share) {
    const double total = rill_share * friction.rill + (1 - rill_share) * friction.interrill;
    return std::sqrt(8 * model::gravity * slope / total);
}

} // namespace freshet::hillslope
