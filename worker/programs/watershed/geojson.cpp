#include "worker/programs/watershed/geojson.hpp"

#include "worker/programs/watershed/outlines.hpp"
#include "worker/programs/watershed/tables.hpp"

#include <fmt/format.h>

#include <iterator>
#include <ranges>

namespace freshet::watershed {
namespace {

class FeatureCollection {
public:
    void add(std::string_view geometry_type, std::string_view coordinates, std::string_view properties) {
        fmt::format_to(std::back_inserter(features_),
            R"({}{{"type":"Feature","properties":{{{}}},"geometry":{{"type":"{}","coordinates":{}}}}})",
            features_.empty() ? "" : ",\n", properties, geometry_type, coordinates);
    }

    std::string text() const {
        return fmt::format(
            "{{\"type\":\"FeatureCollection\",\n\"coordinates\":\"metres in the projection of the "
            "elevation grid, not WGS 84\",\n\"features\":[\n{}\n]}}\n",
            features_);
    }

private:
    std::string features_;
};

void append_ring(std::string& text, const Grid& grid, const Ring& ring) {
    const auto append = [&](const Corner& corner) {
        fmt::format_to(std::back_inserter(text), "[{},{}]", grid.west + corner.col * grid.cell_size,
            grid.south + (grid.rows - corner.row) * grid.cell_size);
    };
    text += '[';
    for (const Corner& corner : std::views::reverse(ring)) {
        append(corner);
        text += ',';
    }
    append(ring.back());
    text += ']';
}

std::string multi_polygon(const Grid& grid, const std::vector<Polygon>& polygons) {
    std::string text = "[";
    for (const Polygon& polygon : polygons) {
        if (text.size() > 1) text += ',';
        text += '[';
        append_ring(text, grid, polygon.outer);
        for (const Ring& hole : polygon.holes) {
            text += ',';
            append_ring(text, grid, hole);
        }
        text += ']';
    }
    return text + ']';
}

std::string line_string(const Link& link, const Directions& directions) {
    const Grid& grid = directions.grid();
    std::vector<Cell> course = link.cells;
    const Direction out = directions[course.back()];
    if (out < direction_count) course.push_back(course.back() + grid.neighbours()[out]);
    if (course.size() == 1) course.push_back(course.front()); // a line has two positions at least
    std::string text;
    for (const Cell cell : course) {
        fmt::format_to(
            std::back_inserter(text), "{}[{},{}]", text.empty() ? "[" : ",", grid.x(cell), grid.y(cell));
    }
    return text + ']';
}

} // namespace

std::string hillslopes_geojson(const Abstraction& abstraction) {
    const auto polygons = outlines(abstraction.labels);
    FeatureCollection collection;
    for (const Hillslope& h : abstraction.hillslopes) {
        collection.add("MultiPolygon", multi_polygon(abstraction.labels.grid(), polygons.at(h.id)),
            fmt::format(
                R"("topaz_id":{},"channel_id":{},"side":"{}","area":{:.3f},"length":{:.3f},"width":{:.3f},)"
                R"("slope_scalar":{:.6f},"aspect":{:.3f})",
                h.id, h.channel_id, to_string(h.side), h.place.area, h.length, h.width,
                h.profile.mean_slope(), h.aspect));
    }
    return collection.text();
}

std::string channels_geojson(const Abstraction& abstraction, const Directions& directions) {
    FeatureCollection collection;
    for (std::size_t i = 0; i < abstraction.channels.size(); ++i) {
        const Channel& c = abstraction.channels[i];
        collection.add("LineString", line_string(abstraction.network.links[i], directions),
            fmt::format(R"("topaz_id":{},"downstream_id":{},"order":{},"length":{:.3f},"width":{:.3f},)"
                        R"("slope_scalar":{:.6f},"drained_area":{:.3f})",
                c.id, c.downstream, c.order, c.length, c.width, c.drop / c.length, c.drained_area));
    }
    return collection.text();
}

std::string all_channels_geojson(
    const Directions& directions, const Orders& orders, const Accumulation& accumulation) {
    const Grid& grid = directions.grid();
    FeatureCollection collection;
    for_each_cell(grid, [&](Cell cell) {
        if (orders[cell] == 0 || directions[cell] < direction_count) return;
        for (const Link& link : channel_network(directions, orders, cell).links) {
            collection.add("LineString", line_string(link, directions),
                fmt::format(R"("order":{},"length":{:.3f},"drained_area":{:.3f})", link.order, link.length,
                    accumulation[link.cells.back()] * grid.cell_area()));
        }
    });
    return collection.text();
}

} // namespace freshet::watershed
