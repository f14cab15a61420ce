#include "worker/programs/hillslope/erodibility.hpp"

#include "worker/programs/hillslope/soil_profile.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::hillslope {

namespace {

constexpr double settling_per_day = 0.02;
constexpr double least_factor = 0.03;
constexpr double most_shear_factor = 2;

double ratio(double consolidated, double given, double least, double most) {
    return given > 0 ? std::clamp(consolidated / given, least, most) : 1;
}

} // namespace

Erodibility::Erodibility(const model::Soil& soil, const model::Cover& cover)
    : days_at_start_(cover.days_since_tillage),
      interrill_roots_(std::exp(-0.56 * (cover.live_roots_kgm2 + cover.dead_roots_kgm2))),
      rill_roots_(std::exp(
          -3.5 * cover.live_roots_kgm2 - 2.2 * cover.dead_roots_kgm2 - 0.4 * cover.buried_residue_kgm2)),
      roughness_(1 + 8 * (cover.roughness_m - 0.006)) {
    const auto& top = soil.layers.front();
    const double capacity = properties_of(top).field_capacity;
    const double silt = 1 - top.sand - top.clay;
    const double interrill = 1000 * (3042 - 3166 * top.sand - 8816 * top.organic_matter - 2477 * capacity);
    const double rill = 0.00035 - 0.0014 * capacity + 0.00068 * silt + 0.0049 * top.rock;
    const double shear = 8.37 - 11.8 * capacity - 4.9 * top.sand;
    interrill_ratio_ = ratio(std::clamp(interrill, 1e4, 2e6), soil.interrill_erodibility, 0.1, 1);
    rill_ratio_ = ratio(std::clamp(rill, 1e-5, 0.004), soil.rill_erodibility, 0.05, 1);
    shear_ratio_ = ratio(std::clamp(shear, 0.3, 7.0), soil.critical_shear, 1, 4);
}

ErodibilityFactors Erodibility::after(int days) const {
    const double loose = std::exp(-settling_per_day * (days_at_start_ + days));
    const auto settled = [loose](double ratio) {
        return ratio + (1 - ratio) * loose;
    };
    return {.interrill = std::max(least_factor, settled(interrill_ratio_) * interrill_roots_),
        .rill = std::max(least_factor, settled(rill_ratio_) * rill_roots_),
        .critical_shear = std::min(most_shear_factor, settled(shear_ratio_) * roughness_)};
}

} // namespace freshet::hillslope
