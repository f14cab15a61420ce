#include "worker/programs/hillslope/erosion.hpp"

#include "worker/programs/hillslope/rill_hydraulics.hpp"
#include "worker/programs/model/sediment_continuity.hpp"
#include "worker/programs/model/transport_capacity.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::hillslope {

namespace {

constexpr double raindrop_turbulence = 0.5; // beta of deposition in shallow flow under rain

// What falls from a tall canopy has gathered speed again.
double canopy_factor(const model::Cover& cover) {
    const double height = cover.canopy_height_m;
    if (height <= 0) return 1 - cover.canopy;
    return 1 - 2.941 * cover.canopy / height * -std::expm1(-0.34 * height);
}

double interrill_rate(const ErodibleSlope& slope, const SteadyRunoff& runoff, double gradient) {
    const double slope_factor = 1.05 - 0.85 * std::exp(-4 * std::sin(std::atan(gradient)));
    return slope.interrill_erodibility * slope.factors.interrill * runoff.rain_intensity_ms *
           runoff.excess_intensity_ms * slope_factor * canopy_factor(slope.cover) *
           std::exp(-2.5 * slope.cover.interrill);
}

/// Rills of one width all the way down, as WEPP has them, and what they can carry.
class Rills {
public:
    Rills(const ErodibleSlope& slope, const SteadyRunoff& runoff)
        : slope_(slope),
          spacing_(slope.cover.rill_spacing_m),
          runoff_per_area_(runoff.peak_ms * spacing_),
          fall_velocity_(model::mean_fall_velocity(slope.particles, slope.particles.fraction)) {
        const double outlet = discharge(slope.profile.length_m);
        width_ = std::min(
            spacing_, slope.cover.rill_width_m > 0 ? slope.cover.rill_width_m : rill_width_m(outlet));
        const double mean_shear = shear(outlet, slope.profile.mean_slope());
        coefficient_ = model::transport_coefficient(mean_shear, slope.particles);
    }

    /// Coefficients of continuity for one metre of hillslope width, at a distance from the top.
    model::Reach reach_at(double x, double gradient) const {
        const double tau = shear(discharge(x), gradient);
        const double share = width_ / spacing_;
        model::Reach reach;
        const double critical_shear = slope_.critical_shear * slope_.factors.critical_shear;
        reach.detachment =
            share * slope_.rill_erodibility * slope_.factors.rill * std::max(0.0, tau - critical_shear);
        reach.capacity = share * coefficient_ * tau * std::sqrt(tau);
        reach.settling = raindrop_turbulence * fall_velocity_ * width_ / discharge(x);
        return reach;
    }

private:
    double discharge(double x) const { return runoff_per_area_ * x; }

    double shear(double discharge, double gradient) const {
        return soil_shear_pa(
            discharge, width_, gradient, slope_.friction.rill, slope_.friction.grain_share());
    }

    const ErodibleSlope& slope_;
    double spacing_;
    double runoff_per_area_;
    double fall_velocity_;
    double width_ = 0;
    double coefficient_ = 0;
};

} // namespace

ErodibleSlope erodible_slope(
    const model::SlopeSegment& profile, const model::Soil& soil, const model::Cover& cover) {
    const auto& top = soil.layers.front();
    return {
        .profile = profile,
        .cover = cover,
        .friction = friction_of(cover),
        .particles = model::particles_of(top.sand, top.clay, top.organic_matter),
        .interrill_erodibility = soil.interrill_erodibility,
        .rill_erodibility = soil.rill_erodibility,
        .critical_shear = soil.critical_shear,
        .factors = {},
    };
}

EventErosion erode(const ErodibleSlope& slope, const SteadyRunoff& runoff) {
    EventErosion event;
    if (runoff.peak_ms <= 0 || runoff.duration_s <= 0) return event;
    const Rills rills(slope, runoff);
    const double dx = slope.profile.length_m / static_cast<double>(segments);
    double load = 0;
    for (std::size_t i = 0; i < segments; ++i) {
        const double middle = (static_cast<double>(i) + 0.5) / static_cast<double>(segments);
        const double gradient = slope.profile.slope_at(middle);
        auto reach = rills.reach_at(middle * slope.profile.length_m, gradient);
        reach.length_m = dx;
        reach.lateral = interrill_rate(slope, runoff, gradient);
        const auto exchange = model::route_reach(load, reach);
        event.interrill_kgm += reach.lateral * dx * runoff.duration_s;
        event.detached_kgm += exchange.detached * runoff.duration_s;
        event.deposited_kgm += exchange.deposited * runoff.duration_s;
        event.loss_kgm2[i] = (exchange.load_out - load) / dx * runoff.duration_s;
        load = exchange.load_out;
    }
    event.delivered_kgm = load * runoff.duration_s;

    model::PerClass supplied{};
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        supplied[k] = slope.particles.fraction[k] * (event.interrill_kgm + event.detached_kgm);
    event.delivered_by_class_kgm = model::settle_by_class(supplied, slope.particles, event.delivered_kgm);
    return event;
}

} // namespace freshet::hillslope
