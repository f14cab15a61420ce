#pragma once

#include "worker/programs/watershed/network.hpp"

#include <functional>

namespace freshet::watershed {

/// Where a hillslope lies on its link; the value is the last digit of its number. Left and right are seen
/// looking upstream, as TOPAZ numbers them.
enum class Side { top = 1, left = 2, right = 3 };

constexpr int hillslope_id(int channel_id, Side side) noexcept {
    return channel_id - 4 + static_cast<int>(side);
}

/// A cell of a hillslope and how far its water goes to the centre of the channel cell that it drains to.
struct HillslopeCell {
    Cell cell = 0;
    float to_channel = 0; ///< metres along the flow directions
};

/// A hillslope that has cells: what drains into one side of one link without passing through a channel.
struct HillslopeCells {
    int id = 0;
    std::size_t link = 0; ///< index in the network
    Side side = Side::top;
    std::vector<HillslopeCell> cells; ///< each one after the cell that it drains into
};

/// Numbers every cell above the outlet, and shows each hillslope to `visit` on the way, one at a time, in the
/// order of the numbers of the links. Linear in the basin's cells; holds one hillslope at a time.
Labels label_subcatchments(
    const Directions& directions, const Orders& orders, const Network& network,
    const std::function<void(const HillslopeCells&)>& visit = [](const HillslopeCells&) {});

} // namespace freshet::watershed
