#include "worker/programs/channel/routing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace freshet::channel {

namespace {

constexpr double most_reservoirs = 50;
constexpr double negligible_share = 1e-9;
constexpr std::size_t most_steps_after_inflow = 12 * 24 * 30; // a month

struct Cascade {
    std::size_t reservoirs;
    double storage_time_s; ///< of one reservoir
};

Cascade cascade_of(const Reach& reach, double reference_m3s) {
    const auto flow = uniform_flow(reach, reference_m3s);
    const double characteristic_m = reference_m3s / (flow.top_width_m * reach.slope * flow.celerity_ms);
    const double reservoirs = std::clamp(std::round(reach.length_m / characteristic_m), 1.0, most_reservoirs);
    return {static_cast<std::size_t>(reservoirs), reach.length_m / flow.celerity_ms / reservoirs};
}

} // namespace

Hydrograph route(const Reach& reach, const Hydrograph& head, const Hydrograph& sides) {
    Hydrograph inflow = head;
    inflow.add(sides);
    const double total = inflow.volume_m3();
    if (total <= 0) return {};
    const auto cascade = cascade_of(reach, inflow.peak_m3s());

    const double passing_share = step_s / (step_s + cascade.storage_time_s);
    const double side_share = 1.0 / static_cast<double>(cascade.reservoirs);
    std::vector<double> stored(cascade.reservoirs, 0.0);
    Hydrograph outflow;
    for (std::size_t step = 0; step < inflow.steps() + most_steps_after_inflow; ++step) {
        double passing = head.at(step);
        const double lateral = sides.at(step) * side_share;
        for (double& volume : stored) {
            volume += passing + lateral;
            passing = volume * passing_share;
            volume -= passing;
        }
        const double left = std::accumulate(stored.begin(), stored.end(), 0.0);
        const bool drained = step + 1 >= inflow.steps() && left <= negligible_share * total;
        const bool last = drained || step + 1 == inflow.steps() + most_steps_after_inflow;
        outflow.set(step, last ? passing + left : passing);
        if (last) break;
    }
    return outflow;
}

} // namespace freshet::channel
