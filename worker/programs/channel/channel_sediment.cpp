#include "worker/programs/channel/channel_sediment.hpp"

#include "worker/programs/model/constants.hpp"
#include "worker/programs/model/sediment_continuity.hpp"
#include "worker/programs/model/transport_capacity.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::channel {

namespace {

constexpr int stretches = 20;

double flow_width(const Reach& reach, const Flow& flow) {
    return reach.properties.shape == Shape::triangular ? flow.wetted_perimeter_m : reach.width_m;
}

double soil_shear_pa(const Reach& reach, const Flow& flow) {
    const double share = std::pow(reach.properties.bare_manning / reach.properties.total_manning, 0.9);
    return model::specific_weight * flow.hydraulic_radius_m() * reach.slope * share;
}

} // namespace

SedimentOutflow route_sediment(
    const Reach& reach, const model::Particles& bed, const SedimentInflow& inflow) {
    SedimentOutflow outflow;
    model::PerClass supply{};
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        supply[k] = inflow.head_kg[k] + inflow.sides_kg[k];
    if (inflow.peak_m3s <= 0 || inflow.outflow_m3 <= 0) {
        outflow.deposited_kg = model::sum(supply);
        return outflow;
    }

    // Loads are rates over the whole width of flow, kg/s, so that a width that changes downstream conserves
    // mass.
    const double duration = inflow.outflow_m3 / inflow.peak_m3s;
    const double dx = reach.length_m / stretches;
    const double fall_velocity =
        model::mean_fall_velocity(bed, model::sum(supply) > 0 ? supply : bed.fraction);
    double load = model::sum(inflow.head_kg) / duration;
    for (int i = 0; i < stretches; ++i) {
        const double middle = (i + 0.5) / stretches;
        const double discharge = inflow.peak_m3s * (inflow.head_share + (1 - inflow.head_share) * middle);
        const auto flow = uniform_flow(reach, discharge);
        const double width = flow_width(reach, flow);
        const double shear = soil_shear_pa(reach, flow);
        const auto exchange =
            model::route_reach(load, {.length_m = dx,
                                         .lateral = model::sum(inflow.sides_kg) / duration / reach.length_m,
                                         .detachment = width * reach.properties.erodibility *
                                                       std::max(0.0, shear - reach.properties.critical_shear),
                                         .capacity = width * model::yalin_capacity(shear, bed),
                                         .settling = fall_velocity * width / discharge});
        outflow.detached_kg += exchange.detached * duration;
        outflow.deposited_kg += exchange.deposited * duration;
        load = exchange.load_out;
    }
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        supply[k] += outflow.detached_kg * bed.fraction[k];
    outflow.delivered_kg = model::settle_by_class(supply, bed, std::min(load * duration, model::sum(supply)));
    return outflow;
}

} // namespace freshet::channel
