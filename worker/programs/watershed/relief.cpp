#include "worker/programs/watershed/relief.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet::watershed {
namespace {

struct Rgb {
    double red = 0;
    double green = 0;
    double blue = 0;
};

constexpr Rgb tints[] = {{104, 148, 112}, {158, 184, 132}, {214, 208, 160}, {206, 176, 132}, {172, 134, 104},
    {214, 200, 188}, {246, 243, 240}};
constexpr Rgb paper = {247, 245, 240};

Rgb mix(const Rgb& a, const Rgb& b, double share_of_b) {
    const auto blend = [share_of_b](double x, double y) {
        return x + (y - x) * share_of_b;
    };
    return {blend(a.red, b.red), blend(a.green, b.green), blend(a.blue, b.blue)};
}

Rgb smooth_tint(double height) {
    constexpr auto steps = static_cast<double>(std::size(tints) - 1);
    const double at = std::clamp(height, 0.0, 1.0) * steps;
    const auto below = std::min(static_cast<std::size_t>(at), std::size(tints) - 2);
    return mix(tints[below], tints[below + 1], at - static_cast<double>(below));
}

Colour rounded(const Rgb& colour) {
    const auto level = [](double value) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
    };
    return {level(colour.red), level(colour.green), level(colour.blue)};
}

class Shading {
public:
    Shading(const Elevations& elevations, const Labels& labels)
        : elevations_(elevations),
          labels_(labels),
          neighbours_(elevations.grid().neighbours()),
          range_(elevation_range(elevations, labels)),
          exaggeration_(choose_exaggeration()) {}

    Rgb colour(Cell cell) const {
        if (std::isnan(elevations_[cell])) return paper;
        const double span = std::max(1e-6F, range_.highest - range_.lowest);
        const Rgb ground = smooth_tint((elevations_[cell] - range_.lowest) / span);
        const double light = 0.35 + 0.75 * brightness(cell);
        const Rgb lit = {ground.red * light, ground.green * light, ground.blue * light};
        if (labels_[cell] != 0) return lit;
        const double grey = 0.3 * lit.red + 0.59 * lit.green + 0.11 * lit.blue;
        return mix(mix(lit, {grey, grey, grey}, 0.7), paper, 0.58);
    }

private:
    struct Slope {
        double to_east = 0;
        double to_north = 0;
    };

    Slope slope(Cell cell) const {
        const auto height = [&](Direction direction) {
            const float elevation = elevations_[cell + neighbours_[direction]];
            return std::isnan(elevation) ? elevations_[cell] : elevation;
        };
        const double run = 2 * elevations_.grid().cell_size;
        return {(height(east) - height(west)) / run, (height(north) - height(south)) / run};
    }

    /// Flat country is drawn steeper, so that the light shows something.
    double choose_exaggeration() const {
        constexpr double wanted_mean_slope = 0.35;
        double sum = 0;
        double cells = 0;
        for_each_cell(labels_.grid(), [&](Cell cell) {
            if (labels_[cell] == 0) return;
            const Slope s = slope(cell);
            sum += std::hypot(s.to_east, s.to_north);
            ++cells;
        });
        return sum > 0 ? std::clamp(wanted_mean_slope * cells / sum, 1.0, 20.0) : 1.0;
    }

    /// Cosine between the ground's normal and the light, from the north-west, 45 degrees high; level ground
    /// 0.71.
    double brightness(Cell cell) const {
        const Slope s = slope(cell);
        const double rise_east = s.to_east * exaggeration_;
        const double rise_north = s.to_north * exaggeration_;
        const double facing = 0.5 * rise_east - 0.5 * rise_north + std::sqrt(0.5);
        return std::clamp(facing / std::sqrt(1 + rise_east * rise_east + rise_north * rise_north), 0.0, 1.0);
    }

    const Elevations& elevations_;
    const Labels& labels_;
    std::array<Cell, direction_count> neighbours_;
    ElevationRange range_;
    double exaggeration_;
};

Rgb mean_colour(const Shading& shading, const Grid& grid, const Window& block) {
    Rgb sum;
    for (int row = block.top; row < block.bottom; ++row) {
        for (int col = block.left; col < block.right; ++col) {
            const Rgb colour = shading.colour(grid.cell(row, col));
            sum = {sum.red + colour.red, sum.green + colour.green, sum.blue + colour.blue};
        }
    }
    const double cells = double(block.rows()) * block.cols();
    return {sum.red / cells, sum.green / cells, sum.blue / cells};
}

} // namespace

ElevationRange elevation_range(const Elevations& elevations, const Labels& labels) {
    ElevationRange range{std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()};
    for_each_cell(labels.grid(), [&](Cell cell) {
        if (labels[cell] == 0) return;
        range.lowest = std::min(range.lowest, elevations[cell]);
        range.highest = std::max(range.highest, elevations[cell]);
    });
    return range;
}

Colour tint(double height) {
    return rounded(smooth_tint(height));
}

Picture shaded_relief(
    const Elevations& elevations, const Labels& labels, const Window& window, int most_pixels) {
    const Shading shading(elevations, labels);
    const int side = std::max(window.rows(), window.cols());
    const int block = (side + most_pixels - 1) / most_pixels;
    Picture picture{(window.cols() + block - 1) / block, (window.rows() + block - 1) / block, {}};
    for (int top = window.top; top < window.bottom; top += block) {
        for (int left = window.left; left < window.right; left += block) {
            const Window cells{
                top, left, std::min(top + block, window.bottom), std::min(left + block, window.right)};
            picture.pixels.push_back(rounded(mean_colour(shading, elevations.grid(), cells)));
        }
    }
    return picture;
}

} // namespace freshet::watershed
