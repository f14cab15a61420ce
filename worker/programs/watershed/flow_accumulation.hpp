#pragma once

#include "worker/programs/watershed/grid.hpp"

namespace freshet::watershed {

/// How many cells drain through each cell, itself included. Linear: each cell hands its count down once, when
/// the last of its inflows has arrived (after Zhou, Wei and Fu 2019, Frontiers of Earth Science 13).
Accumulation flow_accumulation(const Directions& directions);

} // namespace freshet::watershed
