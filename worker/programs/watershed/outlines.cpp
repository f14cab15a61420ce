#include "worker/programs/watershed/outlines.hpp"

#include <algorithm>
#include <utility>

namespace freshet::watershed {
namespace {

enum Heading { eastward, southward, westward, northward };

constexpr Corner ahead[] = {{0, 1}, {1, 0}, {0, -1}, {-1, 0}};
/// Of the four cells around a corner, the one ahead to the right and the one ahead to the left.
constexpr Corner right_ahead[] = {{0, 0}, {0, -1}, {-1, -1}, {-1, 0}};
constexpr Corner left_ahead[] = {{-1, 0}, {0, 0}, {0, -1}, {-1, -1}};

struct TracedRing {
    Ring ring;
    Corner cell; ///< a cell inside the patch, beside the ring
};

/// Twice the area inside, negative for a ring around a hole.
std::int64_t doubled_area(const Ring& ring) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Corner& a = ring[i];
        const Corner& b = ring[(i + 1) % ring.size()];
        sum += std::int64_t(a.col) * b.row - std::int64_t(b.col) * a.row;
    }
    return sum;
}

/// Whether the centre of a cell lies inside a ring: crossings of the ray eastward.
bool encloses(const Ring& ring, const Corner& cell) {
    bool inside = false;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Corner& a = ring[i];
        const Corner& b = ring[(i + 1) % ring.size()];
        if (a.col == b.col && a.col > cell.col && (a.row > cell.row) != (b.row > cell.row)) inside = !inside;
    }
    return inside;
}

class Tracer {
public:
    explicit Tracer(const Labels& labels) : labels_(labels), northern_edge_done_(labels.grid(), 0) {}

    std::map<std::int32_t, std::vector<Polygon>> run() {
        const Grid& grid = labels_.grid();
        std::map<std::int32_t, std::vector<TracedRing>> holes;
        for (int row = 0; row < grid.rows; ++row) {
            for (int col = 0; col < grid.cols; ++col) {
                const std::int32_t label = labels_.at(row, col);
                if (label == 0 || labels_.at(row - 1, col) == label || northern_edge_done_.at(row, col))
                    continue;
                TracedRing traced{trace({row, col}, label), {row, col}};
                if (doubled_area(traced.ring) > 0) {
                    polygons_[label].push_back({std::move(traced.ring), {}});
                } else {
                    holes[label].push_back(std::move(traced));
                }
            }
        }
        for (auto& [label, rings] : holes) {
            for (TracedRing& hole : rings)
                around(hole.cell, polygons_[label]).holes.push_back(std::move(hole.ring));
        }
        return std::move(polygons_);
    }

private:
    Ring trace(Corner start, std::int32_t label) {
        Ring ring;
        Corner at = start;
        Heading heading = eastward;
        do {
            if (heading == eastward) northern_edge_done_.at(at.row, at.col) = 1;
            at = {at.row + ahead[heading].row, at.col + ahead[heading].col};
            const Heading turned = turn(at, heading, label);
            if (turned != heading) ring.push_back(at);
            heading = turned;
        } while (at != start || heading != eastward);
        return ring;
    }

    Heading turn(const Corner& at, Heading heading, std::int32_t label) const {
        if (!is(at, right_ahead[heading], label)) return static_cast<Heading>((heading + 1) % 4);
        if (!is(at, left_ahead[heading], label)) return heading;
        return static_cast<Heading>((heading + 3) % 4);
    }

    bool is(const Corner& at, const Corner& offset, std::int32_t label) const {
        return labels_.at(at.row + offset.row, at.col + offset.col) == label;
    }

    /// The smallest polygon that encloses a cell: patches may lie in the holes of others.
    static Polygon& around(const Corner& cell, std::vector<Polygon>& polygons) {
        Polygon* smallest = &polygons.front();
        std::int64_t least = -1;
        for (Polygon& polygon : polygons) {
            const std::int64_t area = doubled_area(polygon.outer);
            if ((least >= 0 && area >= least) || !encloses(polygon.outer, cell)) continue;
            smallest = &polygon;
            least = area;
        }
        return *smallest;
    }

    const Labels& labels_;
    Raster<std::uint8_t> northern_edge_done_;
    std::map<std::int32_t, std::vector<Polygon>> polygons_;
};

} // namespace

std::map<std::int32_t, std::vector<Polygon>> outlines(const Labels& labels) {
    return Tracer(labels).run();
}

} // namespace freshet::watershed
