#include "worker/programs/watershed/steps.hpp"

#include "worker/programs/watershed/abstraction.hpp"
#include "worker/programs/watershed/arc_ascii.hpp"
#include "worker/programs/watershed/flow_accumulation.hpp"
#include "worker/programs/watershed/flow_direction.hpp"
#include "worker/programs/watershed/geojson.hpp"
#include "worker/programs/watershed/map_picture.hpp"
#include "worker/programs/watershed/outlet.hpp"
#include "worker/programs/watershed/output_file.hpp"
#include "worker/programs/watershed/tables.hpp"

#include <boost/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace freshet::watershed {
namespace {

namespace fs = std::filesystem;

constexpr auto elevations_file = "relief.asc";
constexpr auto directions_file = "flow_direction.asc";
constexpr auto accumulation_file = "flow_accumulation.asc";
constexpr auto orders_file = "channels.asc";
constexpr auto outlet_file = "outlet.json";

Result<> make_folder(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (!error) return {};
    return Error{
        Errc::refused, fmt::format("{}: the folder could not be made: {}", path.string(), error.message())};
}

/// Runs one write after the other until one fails.
template <class... Writes>
Result<> in_order(Writes... writes) {
    Result<> result;
    ((result = writes(), result.has_value()) && ...);
    return result;
}

std::string channels_summary(
    const ChannelsStep& step, const ConditioningReport& report, const Orders& orders) {
    const Grid& grid = orders.grid();
    std::uint64_t channel_cells = 0;
    for_each_cell(grid, [&](Cell cell) { channel_cells += orders[cell] > 0; });
    return fmt::format("{{\n  \"rows\": {}, \"columns\": {}, \"cell_size_m\": {},\n"
                       "  \"critical_source_area_ha\": {}, \"min_channel_length_m\": {},\n"
                       "  \"conditioning\": \"{}\", \"cells_changed\": {}, \"largest_change_m\": {:.3f},\n"
                       "  \"channel_cells\": {}\n}}\n",
        grid.rows, grid.cols, grid.cell_size, step.channels.critical_source_area, step.channels.min_length,
        step.conditioning == Conditioning::fill ? "fill" : "breach", report.cells_changed,
        report.largest_change, channel_cells);
}

std::string outlet_json(const Outlet& outlet, const Orders& orders, const Accumulation& accumulation) {
    const Grid& grid = orders.grid();
    return fmt::format("{{\n  \"row\": {}, \"col\": {},\n  \"x\": {}, \"y\": {},\n"
                       "  \"asked_x\": {}, \"asked_y\": {}, \"distance_m\": {:.3f},\n"
                       "  \"drained_area_m2\": {}, \"order\": {}\n}}\n",
        grid.row(outlet.cell), grid.col(outlet.cell), grid.x(outlet.cell), grid.y(outlet.cell),
        outlet.asked_x, outlet.asked_y, outlet.distance, accumulation[outlet.cell] * grid.cell_area(),
        orders[outlet.cell]);
}

std::string abstraction_summary(const Abstraction& abstraction) {
    const Grid& grid = abstraction.labels.grid();
    const Cell outlet = abstraction.network.outlet;
    return fmt::format("{{\n  \"outlet_row\": {}, \"outlet_col\": {}, \"outlet_x\": {}, \"outlet_y\": {},\n"
                       "  \"area_m2\": {}, \"hillslopes\": {}, \"channels\": {}, \"order\": {},\n"
                       "  \"edge_cells\": {}\n}}\n",
        grid.row(outlet), grid.col(outlet), grid.x(outlet), grid.y(outlet), abstraction.area,
        abstraction.hillslopes.size(), abstraction.channels.size(), abstraction.network.links.front().order,
        abstraction.edge_cells);
}

Result<Cell> read_outlet(const fs::path& path, const Orders& orders) {
    std::ifstream file(path);
    if (!file) {
        return Error{Errc::bad_input,
            fmt::format("{}: not there: run `freshet-watershed outlet` first", path.string())};
    }
    const std::string text(std::istreambuf_iterator<char>(file), {});
    boost::json::error_code error;
    const boost::json::value document = boost::json::parse(text, error);
    const auto* fields = document.if_object();
    const auto* row = fields ? fields->if_contains("row") : nullptr;
    const auto* col = fields ? fields->if_contains("col") : nullptr;
    if (!row || !col || !row->is_int64() || !col->is_int64()) {
        return Error{
            Errc::bad_input, fmt::format("{}: expected an object with whole 'row' and 'col'", path.string())};
    }
    const Grid& grid = orders.grid();
    const auto in_range = [](std::int64_t value, int count) {
        return value >= 0 && value < count;
    };
    if (!in_range(row->get_int64(), grid.rows) || !in_range(col->get_int64(), grid.cols) ||
        orders.at(static_cast<int>(row->get_int64()), static_cast<int>(col->get_int64())) == 0) {
        return Error{Errc::bad_input, fmt::format("{}: expected a channel cell of {}, found row {}, column "
                                                  "{}: run `freshet-watershed outlet` again",
                                          path.string(), orders_file, row->get_int64(), col->get_int64())};
    }
    return grid.cell(static_cast<int>(row->get_int64()), static_cast<int>(col->get_int64()));
}

Result<Terrain> read_terrain(const fs::path& dir) {
    auto elevations = read_arc_elevations(dir / elevations_file);
    if (!elevations) return elevations.error();
    auto directions = read_arc_directions(dir / directions_file);
    if (!directions) return directions.error();
    auto accumulation = read_arc_accumulation(dir / accumulation_file);
    if (!accumulation) return accumulation.error();
    auto orders = read_arc_orders(dir / orders_file);
    if (!orders) return orders.error();
    const Grid& grid = elevations->grid();
    if (directions->grid() != grid || accumulation->grid() != grid || orders->grid() != grid) {
        return Error{Errc::bad_input,
            fmt::format("{}: expected {}, {}, {} and {} on one grid: run `freshet-watershed channels` again",
                dir.string(), elevations_file, directions_file, accumulation_file, orders_file)};
    }
    return Terrain{
        std::move(*elevations), std::move(*directions), std::move(*accumulation), std::move(*orders)};
}

Result<> write_slope_files(const Abstraction& abstraction, const fs::path& folder) {
    const fs::path hillslopes = folder / "hillslopes";
    if (auto made = make_folder(hillslopes); !made) return made;
    for (const Hillslope& hillslope : abstraction.hillslopes) {
        const SlopeElement element{hillslope.aspect, hillslope.width, hillslope.profile};
        const fs::path path = hillslopes / fmt::format("hill_{}.slp", hillslope.id);
        if (auto written = write_text_file(path, slope_file({&element, 1})); !written) return written;
    }
    std::vector<SlopeElement> channels;
    std::ranges::transform(abstraction.channels, std::back_inserter(channels), [](const Channel& channel) {
        return SlopeElement{channel.aspect, channel.width, channel.profile};
    });
    return write_text_file(folder / "channels.slp", slope_file(channels));
}

} // namespace

Result<> run_step(const ChannelsStep& step) {
    auto elevations = read_dem(step.dem, step.check);
    if (!elevations) return elevations.error();
    if (auto made = make_folder(step.out); !made) return made;

    const ConditioningReport report = remove_depressions(*elevations, step.conditioning);
    const Directions directions = flow_directions(*elevations);
    const Accumulation accumulation = flow_accumulation(directions);
    const Orders orders = channel_orders(directions, accumulation, step.channels);

    return in_order([&] { return write_arc(step.out / elevations_file, *elevations); },
        [&] { return write_arc(step.out / directions_file, directions); },
        [&] { return write_arc(step.out / accumulation_file, accumulation); },
        [&] { return write_arc_orders(step.out / orders_file, orders); },
        [&] {
            return write_text_file(
                step.out / "channels.geojson", all_channels_geojson(directions, orders, accumulation));
        },
        [&] { return write_text_file(step.out / "channels.json", channels_summary(step, report, orders)); });
}

Result<> run_step(const OutletStep& step) {
    auto accumulation = read_arc_accumulation(step.dir / accumulation_file);
    if (!accumulation) return accumulation.error();
    auto orders = read_arc_orders(step.dir / orders_file);
    if (!orders) return orders.error();
    const Grid& grid = orders->grid();
    if (accumulation->grid() != grid) {
        return Error{Errc::bad_input, fmt::format("{}: {} and {} are not on one grid", step.dir.string(),
                                          accumulation_file, orders_file)};
    }
    Position position = step.position.value_or(Position{});
    if (step.row_and_column) {
        const auto [row, col] = *step.row_and_column;
        if (!grid.contains(row, col)) {
            return Error{Errc::bad_input,
                fmt::format("outlet: expected a row 0..{} and a column 0..{}, found {} and {}", grid.rows - 1,
                    grid.cols - 1, row, col)};
        }
        position = {grid.x(grid.cell(row, col)), grid.y(grid.cell(row, col))};
    }
    const double radius = step.radius.value_or(default_snap_cells * grid.cell_size);
    const auto outlet = snap_outlet(*orders, *accumulation, position.x, position.y, radius);
    if (!outlet) return outlet.error();
    return write_text_file(step.dir / outlet_file, outlet_json(*outlet, *orders, *accumulation));
}

Result<> run_step(const AbstractStep& step) {
    const auto terrain = read_terrain(step.dir);
    if (!terrain) return terrain.error();
    const auto outlet = read_outlet(step.dir / outlet_file, terrain->orders);
    if (!outlet) return outlet.error();
    if (auto made = make_folder(step.out); !made) return made;

    const Abstraction abstraction = abstract_watershed(*terrain, *outlet);
    if (abstraction.edge_cells > 0) {
        fmt::print(stderr,
            "freshet-watershed: warning: {} cells of the basin lie at the edge of the data; what may drain "
            "in from "
            "beyond is missing\n",
            abstraction.edge_cells);
    }
    const auto text = [&](const char* name, const std::string& content) {
        return write_text_file(step.out / name, content);
    };
    return in_order([&] { return write_arc(step.out / "subwta.asc", abstraction.labels); },
        [&] { return text("hillslopes.csv", hillslopes_csv(abstraction)); },
        [&] { return text("channels.csv", channels_csv(abstraction)); },
        [&] { return text("network.txt", network_text(abstraction)); },
        [&] { return write_slope_files(abstraction, step.out / "slope_files"); },
        [&] { return text("hillslopes.geojson", hillslopes_geojson(abstraction)); },
        [&] { return text("channels.geojson", channels_geojson(abstraction, terrain->directions)); },
        [&] { return text("map.svg", map_picture(*terrain, abstraction)); },
        [&] { return text("watershed.json", abstraction_summary(abstraction)); });
}

} // namespace freshet::watershed
