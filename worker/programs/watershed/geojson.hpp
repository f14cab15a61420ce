#pragma once

#include "worker/programs/watershed/abstraction.hpp"

#include <string>

namespace freshet::watershed {

/// GeoJSON texts. Coordinates are metres in the grid's own projection, not the degrees of RFC 7946; a member
/// `coordinates` of the collection says so. Otherwise as the RFC has it: outer rings anticlockwise, closed.

/// A MultiPolygon for each hillslope, along the edges of its cells.
std::string hillslopes_geojson(const Abstraction& abstraction);

/// A LineString for each channel through the centres of its cells, down to the junction below.
std::string channels_geojson(const Abstraction& abstraction, const Directions& directions);

/// The channels of a whole grid, for choosing an outlet: no numbers yet, but orders and drained areas.
std::string all_channels_geojson(
    const Directions& directions, const Orders& orders, const Accumulation& accumulation);

} // namespace freshet::watershed
