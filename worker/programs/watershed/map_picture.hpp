#pragma once

#include "worker/programs/watershed/abstraction.hpp"

#include <string>

namespace freshet::watershed {

/// A map of the basin as SVG text: shaded relief (a PNG inside), channels as wide as their Strahler order,
/// borders of hillslopes and basin, numbers where there is room, the outlet, a scale bar and a legend. North
/// is up.
std::string map_picture(const Terrain& terrain, const Abstraction& abstraction);

} // namespace freshet::watershed
