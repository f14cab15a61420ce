#pragma once

#include "worker/programs/watershed/grid.hpp"

namespace freshet::watershed {

struct ChannelOptions {
    double critical_source_area = 5; ///< hectares that must drain through a cell to make it a channel
    double min_length = 60;          ///< metres; shorter channels at the upper ends are dropped
};

/// The channel cells of the whole grid with their Strahler orders.
///
/// A cell is a channel if the critical source area drains through it, itself included. Where channels meet,
/// the one with the longest course above goes on (then the larger area, then the first clockwise from east),
/// and each other one is dropped with all its tributaries if its own course down to there is shorter than the
/// minimum. So every channel that is left at an upper end is long enough, in whatever order one looks at
/// them. O(k log k) for k channel cells.
Orders channel_orders(
    const Directions& directions, const Accumulation& accumulation, const ChannelOptions& options);

} // namespace freshet::watershed
