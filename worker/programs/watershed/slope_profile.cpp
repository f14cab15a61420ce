#include "worker/programs/watershed/slope_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace freshet::watershed {
namespace {

constexpr double most_bins = 18;
constexpr double least_slope = 0.001;

} // namespace

double SlopeProfile::mean_slope() const noexcept {
    double descent = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        descent +=
            (points[i].distance - points[i - 1].distance) * (points[i].slope + points[i - 1].slope) / 2;
    }
    return descent;
}

ProfileBuilder::ProfileBuilder(double length, double cell_size)
    : length_(length),
      bins_(static_cast<std::size_t>(std::clamp(std::round(length / cell_size), 1.0, most_bins))) {
    bin_length_ = length_ / static_cast<double>(bins_.size());
}

void ProfileBuilder::add(double from, double to, double slope, double weight) {
    const double end = std::min(to, length_);
    if (from >= end) return;
    const auto last = std::min(bins_.size() - 1, static_cast<std::size_t>(end / bin_length_));
    for (auto i = static_cast<std::size_t>(from / bin_length_); i <= last; ++i) {
        const double bottom = static_cast<double>(i) * bin_length_;
        const double overlap = std::min(end, bottom + bin_length_) - std::max(from, bottom);
        if (overlap <= 0) continue;
        bins_[i].weighted_slope += slope * weight * overlap;
        bins_[i].weight += weight * overlap;
    }
}

SlopeProfile ProfileBuilder::build() const {
    std::vector<double> slopes; // from the bottom up
    for (const Bin& bin : bins_) {
        const double below = slopes.empty() ? 0 : slopes.back();
        slopes.push_back(bin.weight > 0 ? bin.weighted_slope / bin.weight : below);
    }
    std::ranges::reverse(slopes);
    SlopeProfile profile{.length = length_, .points = {{0, slopes.front()}}};
    for (std::size_t i = 0; i < slopes.size(); ++i) {
        profile.points.push_back(
            {(static_cast<double>(i) + 0.5) / static_cast<double>(slopes.size()), slopes[i]});
    }
    profile.points.push_back({1, slopes.back()});
    return profile;
}

std::string slope_file(std::span<const SlopeElement> elements) {
    std::string text = fmt::format("97.5\n# aspect (degrees from north), width (m)\n# points, length (m)\n"
                                   "# distance from the top (0 to 1), slope (m/m)\n{}\n",
        elements.size());
    const auto out = std::back_inserter(text);
    for (const SlopeElement& element : elements) {
        fmt::format_to(out, "{:.3f} {:.3f}\n{} {:.3f}\n", element.aspect, element.width,
            element.profile.points.size(), element.profile.length);
        for (const ProfilePoint& point : element.profile.points) {
            fmt::format_to(out, " {:.6f}, {:.6f}", point.distance, std::max(point.slope, least_slope));
        }
        text += '\n';
    }
    return text;
}

} // namespace freshet::watershed
