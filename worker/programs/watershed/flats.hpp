#pragma once

#include "worker/programs/watershed/grid.hpp"

namespace freshet::watershed {

/// Gives each undecided cell a direction that leads over the flat to where it drains, away from higher ground
/// and towards lower (Garbrecht and Martz 1997; linear by Barnes, Lehman and Mulla 2014, Computers &
/// Geosciences 62). Of equally good neighbours the straight ones go before the diagonal ones, then clockwise
/// from east. Throws std::logic_error for a flat with no way out, which elevations without depressions do not
/// have.
void resolve_flats(const Elevations& elevations, Directions& directions);

} // namespace freshet::watershed
