#pragma once

#include "rules/error.hpp"
#include "worker/programs/watershed/grid.hpp"

#include <filesystem>

namespace freshet::watershed {

/// The Arc ASCII grid: a header (ncols, nrows, xllcorner or xllcenter, yllcorner or yllcenter, cellsize and,
/// if given, nodata_value; any case) and the values, northern row first, parted by white space. Files are
/// read through a buffer of fixed size. Headers with dx and dy (cells that are not square) are refused.
/// Errors: bad_input names the file and the row and column or the header line; not_found.
Result<Elevations> read_arc_elevations(const std::filesystem::path& path); ///< NaN for no data
Result<Directions> read_arc_directions(const std::filesystem::path& path); ///< codes as written below
Result<Accumulation> read_arc_accumulation(const std::filesystem::path& path);
Result<Orders> read_arc_orders(const std::filesystem::path& path);
Result<Labels> read_arc_labels(const std::filesystem::path& path);

/// Writes a file under a scratch name and renames it when it is whole. Numbers are written so that reading
/// gives them back exactly. No data: -9999 for elevations, 255 for directions, 0 for the others.
Result<> write_arc(const std::filesystem::path& path, const Elevations& elevations);
/// Directions as powers of two: 1 east, 2 southeast, 4 south ... 128 northeast; 0 leaves the grid.
Result<> write_arc(const std::filesystem::path& path, const Directions& directions);
Result<> write_arc(const std::filesystem::path& path, const Accumulation& accumulation);
Result<> write_arc(const std::filesystem::path& path, const Labels& labels);
/// Orders are a Raster of the same type as directions, hence the name.
Result<> write_arc_orders(const std::filesystem::path& path, const Orders& orders);

} // namespace freshet::watershed
