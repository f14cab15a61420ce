#include "worker/programs/watershed/map_picture.hpp"

#include "worker/programs/watershed/outlines.hpp"
#include "worker/programs/watershed/relief.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace freshet::watershed {
namespace {

constexpr double map_side = 1000; ///< pixels of the map's longer side
constexpr double margin = 24;
constexpr double title_height = 64;
constexpr double legend_width = 210;
constexpr int most_relief_pixels = 1200;

std::string base64(std::string_view bytes) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= count ? digits[group >> (18 - 6 * i) & 63U] : '=';
        }
    }
    return text;
}

/// The basin's cells and a little around them.
Window window_around(const Labels& labels) {
    const Grid& grid = labels.grid();
    Window window{grid.rows, grid.cols, 0, 0};
    for_each_cell(grid, [&](Cell cell) {
        if (labels[cell] == 0) return;
        window.top = std::min(window.top, grid.row(cell));
        window.left = std::min(window.left, grid.col(cell));
        window.bottom = std::max(window.bottom, grid.row(cell) + 1);
        window.right = std::max(window.right, grid.col(cell) + 1);
    });
    const int around = 3 + std::max(window.rows(), window.cols()) / 20;
    return {std::max(0, window.top - around), std::max(0, window.left - around),
        std::min(grid.rows, window.bottom + around), std::min(grid.cols, window.right + around)};
}

Labels as_one(const Labels& labels) {
    Labels basin(labels.grid(), 0);
    for_each_cell(labels.grid(), [&](Cell cell) { basin[cell] = labels[cell] != 0; });
    return basin;
}

double channel_stroke(int order) {
    return 1.0 + 1.1 * order;
}

/// 1, 2 or 5 times a power of ten, at most `most`.
double round_length(double most) {
    const double power = std::pow(10, std::floor(std::log10(most)));
    return most >= 5 * power ? 5 * power : most >= 2 * power ? 2 * power : power;
}

class Map {
public:
    Map(const Terrain& terrain, const Abstraction& abstraction)
        : terrain_(terrain),
          abstraction_(abstraction),
          grid_(terrain.elevations.grid()),
          window_(window_around(abstraction.labels)),
          pixels_per_cell_(map_side / std::max(window_.rows(), window_.cols())),
          width_(window_.cols() * pixels_per_cell_),
          height_(window_.rows() * pixels_per_cell_) {}

    std::string draw() {
        open();
        draw_relief();
        draw_borders();
        draw_channels();
        draw_numbers();
        draw_outlet();
        draw_scale_bar();
        draw_frame();
        draw_title();
        draw_legend();
        svg_ += "</svg>\n";
        return std::move(svg_);
    }

private:
    template <class... Args>
    void put(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(svg_), format, std::forward<Args>(args)...);
    }

    double left() const { return margin; }
    double top() const { return title_height; }
    /// Pixels of a cell's centre.
    double x(Cell cell) const { return left() + (grid_.col(cell) + 0.5 - window_.left) * pixels_per_cell_; }
    double y(Cell cell) const { return top() + (grid_.row(cell) + 0.5 - window_.top) * pixels_per_cell_; }

    void open() {
        const double width = margin + width_ + legend_width;
        const double height = title_height + std::max(height_, legend_height()) + margin;
        put(R"(<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" )"
            R"(viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" )"
            R"(font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" fill="#2b2b28">)"
            "\n"
            R"(<rect width="100%" height="100%" fill="#fbfaf7"/>)"
            "\n",
            width, height);
    }

    void draw_relief() {
        const Picture relief =
            shaded_relief(terrain_.elevations, abstraction_.labels, window_, most_relief_pixels);
        const std::string png = base64(encode_png(relief));
        put(R"(<image x="{}" y="{}" width="{:.2f}" height="{:.2f}" preserveAspectRatio="none" )"
            R"(xlink:href="data:image/png;base64,{}"/>)"
            "\n",
            left(), top(), width_, height_, png);
    }

    void put_polygons(const std::vector<Polygon>& polygons) {
        for (const Polygon& polygon : polygons) {
            put_ring(polygon.outer);
            for (const Ring& hole : polygon.holes)
                put_ring(hole);
        }
    }

    /// Corners that are less than a pixel from the one before are left out.
    void put_ring(const Ring& ring) {
        const double least_cells = 1 / pixels_per_cell_;
        Corner before = ring.front();
        char command = 'M';
        for (const Corner& corner : ring) {
            const int cells = std::abs(corner.row - before.row) + std::abs(corner.col - before.col);
            if (command == 'L' && cells < least_cells) continue;
            put("{}{:.1f} {:.1f}", command, left() + (corner.col - window_.left) * pixels_per_cell_,
                top() + (corner.row - window_.top) * pixels_per_cell_);
            before = corner;
            command = 'L';
        }
        put("Z");
    }

    void draw_borders() {
        put(R"(<path fill="none" stroke="#3d342b" stroke-opacity="0.6" stroke-width="1" stroke-linejoin="round" d=")");
        for (const auto& [label, polygons] : outlines(abstraction_.labels)) {
            if (label % 10 != 4) put_polygons(polygons);
        }
        put("\"/>\n");
        put(R"(<path fill="none" stroke="#2a211a" stroke-width="2.4" stroke-linejoin="round" d=")");
        for (const auto& [label, polygons] : outlines(as_one(abstraction_.labels)))
            put_polygons(polygons);
        put("\"/>\n");
    }

    void draw_channels() {
        put(R"(<g fill="none" stroke-linecap="round" stroke-linejoin="round">)"
            "\n");
        for (const auto& [colour, casing] : {std::pair{"#f4f8fb", 1.8}, std::pair{"#1d67ad", 0.0}}) {
            for (const Link& link : abstraction_.network.links) {
                put(R"(<path stroke="{}" stroke-width="{:.1f}" d="{}"/>)"
                    "\n",
                    colour, channel_stroke(link.order) + casing, smooth_course(link));
            }
        }
        put("</g>\n");
    }

    /// Through the midpoints between cells, with the cells' centres as control points: no steps, same course.
    std::string smooth_course(const Link& link) const {
        std::vector<Cell> course = link.cells;
        if (link.downstream >= 0) {
            course.push_back(
                abstraction_.network.links[static_cast<std::size_t>(link.downstream)].cells.front());
        }
        std::string path = fmt::format("M{:.1f} {:.1f}", x(course.front()), y(course.front()));
        for (std::size_t i = 1; i + 1 < course.size(); ++i) {
            fmt::format_to(std::back_inserter(path), "Q{:.1f} {:.1f} {:.1f} {:.1f}", x(course[i]),
                y(course[i]), (x(course[i]) + x(course[i + 1])) / 2, (y(course[i]) + y(course[i + 1])) / 2);
        }
        return path + fmt::format("L{:.1f} {:.1f}", x(course.back()), y(course.back()));
    }

    void draw_numbers() {
        put(R"(<g font-size="10" text-anchor="middle" fill="#3a2f25" stroke="#ffffff" stroke-opacity="0.75" )"
            R"(stroke-width="2.6" stroke-linejoin="round" paint-order="stroke">)"
            "\n");
        for (const Hillslope& hillslope : abstraction_.hillslopes) {
            const double side = std::sqrt(hillslope.place.area) / grid_.cell_size * pixels_per_cell_;
            if (side < 40) continue;
            put(R"(<text x="{:.1f}" y="{:.1f}">{}</text>)"
                "\n",
                left() +
                    ((hillslope.place.x - grid_.west) / grid_.cell_size - window_.left) * pixels_per_cell_,
                top() + 3.5 +
                    (grid_.rows - (hillslope.place.y - grid_.south) / grid_.cell_size - window_.top) *
                        pixels_per_cell_,
                hillslope.id);
        }
        put("</g>\n");
    }

    void draw_outlet() { put_outlet_mark(x(abstraction_.network.outlet), y(abstraction_.network.outlet)); }

    void put_outlet_mark(double at_x, double at_y) {
        put(R"(<circle cx="{0:.1f}" cy="{1:.1f}" r="8" fill="#c8392b" stroke="#ffffff" stroke-width="2.2"/>)"
            R"(<circle cx="{0:.1f}" cy="{1:.1f}" r="2.6" fill="#ffffff"/>)"
            "\n",
            at_x, at_y);
    }

    void draw_scale_bar() {
        const double metres = round_length(width_ / pixels_per_cell_ * grid_.cell_size / 4);
        const double length = metres / grid_.cell_size * pixels_per_cell_;
        const double bar_x = left() + 18;
        const double bar_y = top() + height_ - 24;
        put(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="40" rx="4" fill="#fbfaf7" fill-opacity="0.8"/>)"
            R"(<rect x="{:.1f}" y="{:.1f}" width="{:.2f}" height="6" fill="#2b2b28"/>)"
            R"(<rect x="{:.1f}" y="{:.1f}" width="{:.2f}" height="4" fill="#ffffff"/>)"
            R"(<text x="{:.1f}" y="{:.1f}" font-size="12">{}</text>)"
            "\n",
            bar_x - 10, bar_y - 24, length + 20, bar_x, bar_y, length, bar_x + length / 2, bar_y + 1,
            length / 2 - 1, bar_x, bar_y - 6,
            metres >= 1000 ? fmt::format("{} km", metres / 1000) : fmt::format("{} m", metres));
    }

    void draw_frame() {
        put(R"(<rect x="{}" y="{}" width="{:.2f}" height="{:.2f}" fill="none" stroke="#8b857a" stroke-width="1"/>)"
            "\n",
            left(), top(), width_, height_);
    }

    void draw_title() {
        const Cell outlet = abstraction_.network.outlet;
        put(R"(<text x="{}" y="30" font-size="20" font-weight="bold">Watershed above ({:.0f}, {:.0f})</text>)"
            R"(<text x="{}" y="51" font-size="13" fill="#5d574d">{:.2f} km² · {} hillslopes · {} channels · )"
            R"(Strahler order {}</text>)"
            "\n",
            left(), grid_.x(outlet), grid_.y(outlet), left(), abstraction_.area / 1e6,
            abstraction_.hillslopes.size(), abstraction_.channels.size(), highest_order());
    }

    int highest_order() const { return abstraction_.network.links.front().order; }

    double legend_height() const { return 330 + 26 * highest_order(); }

    void draw_legend() {
        const double at_x = left() + width_ + 24;
        double at_y = top() + 16;
        const auto heading = [&](std::string_view text) {
            put(R"(<text x="{:.1f}" y="{:.1f}" font-size="13" font-weight="bold">{}</text>)"
                "\n",
                at_x, at_y, text);
            at_y += 24;
        };
        const auto entry = [&](std::string_view text) {
            put(R"(<text x="{:.1f}" y="{:.1f}" font-size="12.5">{}</text>)"
                "\n",
                at_x + 46, at_y + 4, text);
            at_y += 26;
        };
        const auto line = [&](std::string_view colour, double stroke) {
            put(R"(<line x1="{0:.1f}" x2="{1:.1f}" y1="{2:.1f}" y2="{2:.1f}" stroke="{3}" stroke-width="{4:.1f}" )"
                R"(stroke-linecap="round"/>)",
                at_x, at_x + 34, at_y, colour, stroke);
        };
        heading("Channels");
        for (int order = 1; order <= highest_order(); ++order) {
            line("#1d67ad", channel_stroke(order));
            entry(fmt::format("order {}", order));
        }
        at_y += 10;
        heading("Land");
        line("#8a8178", 1);
        entry("hillslope");
        line("#2a211a", 2.4);
        entry("basin");
        put_outlet_mark(at_x + 17, at_y);
        entry("outlet");
        at_y += 10;
        heading("Elevation");
        draw_elevation_scale(at_x, at_y - 8);
    }

    void draw_elevation_scale(double at_x, double at_y) {
        constexpr int steps = 60;
        constexpr double scale_height = 120;
        const ElevationRange range = elevation_range(terrain_.elevations, abstraction_.labels);
        for (int i = 0; i < steps; ++i) {
            const Colour colour = tint(1 - (i + 0.5) / steps);
            put(R"(<rect x="{:.1f}" y="{:.1f}" width="20" height="{:.1f}" fill="#{:02x}{:02x}{:02x}"/>)",
                at_x, at_y + i * scale_height / steps, scale_height / steps + 0.4, colour.red, colour.green,
                colour.blue);
        }
        for (const double height : {0.0, 0.5, 1.0}) {
            put(R"(<text x="{:.1f}" y="{:.1f}" font-size="12">{:.0f} m</text>)"
                "\n",
                at_x + 30, at_y + (1 - height) * scale_height + 4,
                range.lowest + height * (range.highest - range.lowest));
        }
    }

    const Terrain& terrain_;
    const Abstraction& abstraction_;
    Grid grid_;
    Window window_;
    double pixels_per_cell_;
    double width_;
    double height_;
    std::string svg_;
};

} // namespace

std::string map_picture(const Terrain& terrain, const Abstraction& abstraction) {
    return Map(terrain, abstraction).draw();
}

} // namespace freshet::watershed
