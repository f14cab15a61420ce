#pragma once

#include "rules/error.hpp"
#include "worker/programs/watershed/grid.hpp"

#include <filesystem>

namespace freshet::watershed {

/// Whether coordinates that look like degrees are to be taken as metres all the same.
enum class CoordinateCheck { refuse_degrees, trust_metres };

/// Reads elevations in metres from an Arc ASCII grid or a GeoTIFF; which it is, the first bytes tell.
/// Refuses, with bad_input: cells that are not square, coordinates in degrees or in another unit than the
/// metre, fewer than 3 rows or columns, more than 2^31 cells, and grids without any data.
Result<Elevations> read_dem(const std::filesystem::path& path, CoordinateCheck check);

} // namespace freshet::watershed
