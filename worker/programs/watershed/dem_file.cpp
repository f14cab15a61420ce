#include "worker/programs/watershed/dem_file.hpp"

#include "worker/programs/watershed/arc_ascii.hpp"
#include "worker/programs/watershed/geotiff.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <string>

namespace freshet::watershed {
namespace {

bool is_tiff(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string magic(2, '\0');
    file.read(magic.data(), 2);
    return magic == "II" || magic == "MM";
}

bool looks_like_degrees(const Grid& grid) {
    const double east_edge = grid.west + grid.cols * grid.cell_size;
    const double north_edge = grid.south + grid.rows * grid.cell_size;
    return grid.cell_size < 0.1 && grid.west >= -180 && east_edge <= 360 && grid.south >= -90 &&
           north_edge <= 90;
}

/// The projection file beside an Arc ASCII grid, if there is one, says so when coordinates are geographic.
bool projection_file_says_geographic(std::filesystem::path path) {
    std::ifstream file(path.replace_extension(".prj"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return text.starts_with("GEOGCS") || text.starts_with("GEOGCRS") ||
           text.find("GEOGRAPHIC") != std::string::npos;
}

bool has_data(const Elevations& elevations) {
    bool found = false;
    for_each_cell(elevations.grid(), [&](Cell cell) { found |= !std::isnan(elevations[cell]); });
    return found;
}

Error bad_dem(const std::filesystem::path& path, std::string_view what) {
    return {Errc::bad_input, fmt::format("{}: {}", path.string(), what)};
}

} // namespace

Result<Elevations> read_dem(const std::filesystem::path& path, CoordinateCheck check) {
    if (!std::filesystem::is_regular_file(path))
        return bad_dem(path, "expected an elevation file, found none");
    Result<Elevations> elevations = is_tiff(path) ? read_geotiff(path) : read_arc_elevations(path);
    if (!elevations) return elevations;
    const Grid& grid = elevations->grid();
    if (grid.rows < 3 || grid.cols < 3) {
        return bad_dem(path,
            fmt::format("expected at least 3 rows and 3 columns, found {} and {}", grid.rows, grid.cols));
    }
    if (check == CoordinateCheck::refuse_degrees &&
        (looks_like_degrees(grid) || projection_file_says_geographic(path))) {
        return bad_dem(path,
            fmt::format(
                "expected projected coordinates in metres, found what looks like degrees (cell size {}, west "
                "edge {}, south edge {}): project the grid, or say --metres if these are metres",
                grid.cell_size, grid.west, grid.south));
    }
    if (!has_data(*elevations)) return bad_dem(path, "expected elevations, found no cell with data");
    return elevations;
}

} // namespace freshet::watershed
