#include "worker/programs/model/slope_file.hpp"

#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

namespace freshet::model {

namespace {

constexpr Range slopes{0, 10};
constexpr double end_tolerance = 1e-4;

void read_aspect_and_width(LineReader& lines, SlopeSegment& segment) {
    auto fields = lines.fields("aspect and width");
    segment.aspect_deg = fields.number("aspect in degrees", {-360, 720});
    segment.width_m = fields.number("width in m", {1e-3, 1e6});
}

/// The pairs may go on over several lines.
void read_points(LineReader& lines, int count, SlopeSegment& segment) {
    auto fields = lines.fields("distance, slope pairs");
    for (int i = 0; i < count; ++i) {
        if (fields.at_end()) fields = lines.fields("distance, slope pairs");
        const double distance = fields.number("distance as a fraction of the length", {0, 1 + end_tolerance});
        const double slope = fields.number("slope in m/m", slopes);
        if (!segment.points.empty() && distance <= segment.points.back().distance)
            fields.fail(
                "distances that grow", fmt::format("{} after {}", distance, segment.points.back().distance));
        segment.points.push_back({distance, slope});
    }
    if (segment.points.front().distance > end_tolerance)
        fields.fail("a first distance of 0", fmt::format("{}", segment.points.front().distance));
    if (segment.points.back().distance < 1 - end_tolerance)
        fields.fail("a last distance of 1", fmt::format("{}", segment.points.back().distance));
    segment.points.front().distance = 0;
    segment.points.back().distance = 1;
}

SlopeSegment read_segment(LineReader& lines, SlopeSegment segment) {
    auto fields = lines.fields("number of points and length");
    const int count = fields.integer("number of slope points", 2, 10000);
    segment.length_m = fields.number("length in m", {1e-3, 1e6});
    read_points(lines, count, segment);
    return segment;
}

} // namespace

double SlopeSegment::slope_at(double distance) const {
    for (std::size_t i = 1; i < points.size(); ++i) {
        const auto& [x1, s1] = points[i - 1];
        const auto& [x2, s2] = points[i];
        if (distance <= x2) return s1 + (s2 - s1) * (distance - x1) / (x2 - x1);
    }
    return points.back().slope;
}

double SlopeSegment::mean_slope() const {
    double drop = 0;
    for (std::size_t i = 1; i < points.size(); ++i)
        drop += 0.5 * (points[i].slope + points[i - 1].slope) * (points[i].distance - points[i - 1].distance);
    return drop;
}

Result<std::vector<SlopeSegment>> read_slopes(const std::filesystem::path& path, SlopeLayout layout) {
    return as_result([&] {
        LineReader lines(path);
        lines.fields("the version of the slope file").number("version", {95, 98});
        const int count = lines.fields("the number of elements").integer("number of elements", 1, 100000);
        std::vector<SlopeSegment> segments;
        SlopeSegment heading;
        for (int i = 0; i < count; ++i) {
            if (i == 0 || layout == SlopeLayout::channels) read_aspect_and_width(lines, heading);
            segments.push_back(read_segment(lines, heading));
        }
        return segments;
    });
}

} // namespace freshet::model
