#pragma once

#include "worker/programs/watershed/grid.hpp"

namespace freshet::watershed {

enum class Conditioning { fill, breach };

/// What removing the depressions did to the elevations.
struct ConditioningReport {
    std::uint64_t cells_changed = 0;
    double largest_change = 0; ///< metres, up (fill) or down (breach)
};

/// Raises each cell to the lowest level at which its water gets to the edge of the data: the least change
/// without lowering anything. The result is unique. Priority-flood (Barnes, Lehman and Mulla 2014, Computers
/// & Geosciences 62) in the form of Zhou, Sun and Fu (2016, same journal, 90): cells that rise from flooded
/// ones, and the insides of depressions, pass by the priority queue; only cells from which water may spill
/// downwards enter it. That makes it linear but for those few.
ConditioningReport fill_depressions(Elevations& elevations);

/// Lowers, from the bottom of each depression, the path by which the flood found it, until water runs out: no
/// cell is raised (complete breaching, after Lindsay 2016, Hydrological Processes 30). All cells pass through
/// the priority queue: O(n log n).
ConditioningReport breach_depressions(Elevations& elevations);

inline ConditioningReport remove_depressions(Elevations& elevations, Conditioning how) {
    return how == Conditioning::fill ? fill_depressions(elevations) : breach_depressions(elevations);
}

} // namespace freshet::watershed
