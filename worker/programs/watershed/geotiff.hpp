#pragma once

#include "rules/error.hpp"
#include "worker/programs/watershed/grid.hpp"

#include <filesystem>

namespace freshet::watershed {

/// Elevations from the first image of a GeoTIFF (OGC 19-008r4): one band, strips or tiles, any compression
/// that libtiff knows; integers of 8, 16 or 32 bits, floats of 32 or 64 bits (kept as 32). NaN for no data
/// (GDAL_NODATA, tag 42113). The place comes from ModelPixelScale (33550) and ModelTiepoint (33922);
/// pixel-is-point files are shifted by half a cell. Refuses geographic coordinates, linear units other than
/// the metre, cells that are not square and rotated grids.
Result<Elevations> read_geotiff(const std::filesystem::path& path);

} // namespace freshet::watershed
