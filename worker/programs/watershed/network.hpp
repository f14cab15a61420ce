#pragma once

#include "worker/programs/watershed/grid.hpp"

#include <cstddef>
#include <vector>

namespace freshet::watershed {

/// A stretch of channel from a source or a junction down to the cell before the next junction, or to the
/// outlet. A junction cell is the first cell of the link below it, as in TOPAZ.
struct Link {
    int id = 0;              ///< the channel's number, ending in 4
    int order = 1;           ///< Strahler
    std::vector<Cell> cells; ///< downstream
    double length = 0;       ///< metres: the steps out of its cells, the last one into the junction cell
    int downstream = -1;     ///< index of the link below; -1 at the outlet
    std::vector<std::size_t> upstream; ///< indices of the links above, clockwise on the map from the way out

    bool is_source() const noexcept { return upstream.empty(); }
};

/// The channels above an outlet, numbered as TOPAZ numbers them (Garbrecht and Martz 1997; checked against
/// output of TOPAZ 3.10).
///
/// Nodes are counted upstream from the outlet, which is node 1. At a junction one looks upstream, takes the
/// leftmost channel first and finishes all above it before the next one. A junction of k channels takes k - 1
/// numbers, so that numbers are skipped above one where more than two meet. A link has the number n of the
/// node at its upper end: channel 10 n + 4, and the hillslopes 10 n + 1 (top, of sources only), 10 n + 2 (on
/// the left looking upstream), 10 n + 3 (on the right looking upstream). The outlet's link is 24.
struct Network {
    Cell outlet = 0;
    std::vector<Link> links; ///< by number; the outlet's link first
};

/// Expects the outlet to be a channel cell.
Network channel_network(const Directions& directions, const Orders& orders, Cell outlet);

/// Directions from a channel cell to the channel cells that drain into it, clockwise from the way out.
struct Tributaries {
    std::array<Direction, direction_count> towards{};
    int count = 0;
};
Tributaries tributaries(const Directions& directions, const Orders& orders, Cell cell);

/// The way out of a channel cell. Where it leaves the grid: straight on from the first channel that comes in
/// clockwise from east, or east if none does.
Direction way_out(const Directions& directions, const Orders& orders, Cell cell);

} // namespace freshet::watershed
