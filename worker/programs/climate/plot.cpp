#include "worker/programs/climate/plot.hpp"

#include "worker/programs/climate/climatology.hpp"
#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace freshet::climate {

namespace {

constexpr double width = 860;
constexpr double height = 640;
constexpr double left = 76;
constexpr double right = width - 24;
constexpr std::array<std::string_view, 12> month_names{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr std::string_view warm = "#c2452d";
constexpr std::string_view cool = "#2b6cb0";
constexpr std::string_view rain = "#3182a5";
constexpr std::string_view rain_of_station = "#b9d7e3";
constexpr std::string_view ink = "#2d3748";
constexpr std::string_view grid = "#e2e8f0";

/// Round numbers that cover a range: 1, 2 or 5 times a power of ten apart, about five of them.
struct Ticks {
    double first;
    double last;
    double step;

    static Ticks covering(double least, double most) {
        const auto rough = std::max(1e-9, (most - least) / 5);
        const auto power = std::pow(10, std::floor(std::log10(rough)));
        const auto digit = rough / power;
        const auto step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
        return {
            .first = std::floor(least / step) * step, .last = std::ceil(most / step) * step, .step = step};
    }
};

/// A part of the drawing with its own vertical scale.
struct Panel {
    double top;
    double bottom;
    Ticks ticks;

    double y(double value) const {
        return bottom - (value - ticks.first) / (ticks.last - ticks.first) * (bottom - top);
    }
};

double month_width() {
    return (right - left) / 12;
}
double month_middle(std::size_t month) {
    return left + (static_cast<double>(month) + 0.5) * month_width();
}

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        if (c == '&')
            safe += "&amp;";
        else if (c == '<')
            safe += "&lt;";
        else if (c == '>')
            safe += "&gt;";
        else
            safe += c;
    }
    return safe;
}

std::string label(double x, double y, std::string_view anchor, std::string_view text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, text);
}

std::string axes(const Panel& panel, std::string_view title) {
    std::string svg;
    const auto count = std::lround((panel.ticks.last - panel.ticks.first) / panel.ticks.step);
    for (long i = 0; i <= count; ++i) {
        const auto value = panel.ticks.first + static_cast<double>(i) * panel.ticks.step;
        const auto y = panel.y(value);
        svg += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", left,
            right, y, y, std::abs(value) < 1e-9 ? "#a0aec0" : grid);
        svg += label(left - 8, y + 4, "end", fmt::format("{:g}", value));
    }
    for (std::size_t month = 0; month < 12; ++month)
        svg += label(month_middle(month), panel.bottom + 18, "middle", month_names[month]);
    const auto middle = (panel.top + panel.bottom) / 2;
    svg +=
        fmt::format("<text transform=\"translate(24 {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
            middle, title);
    return svg;
}

std::string bars(const Panel& panel, const Monthly& values, double from, double to, std::string_view colour) {
    std::string svg;
    for (std::size_t month = 0; month < values.size(); ++month) {
        const auto x = left + (static_cast<double>(month) + from) * month_width();
        const auto y = panel.y(values[month]);
        svg += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"><title>{} {:.1f} "
            "mm</title></rect>\n",
            x, y, (to - from) * month_width(), panel.bottom - y, colour, month_names[month], values[month]);
    }
    return svg;
}

std::string curve(const Panel& panel, const Monthly& values, std::string_view colour) {
    std::string points;
    std::string marks;
    for (std::size_t month = 0; month < values.size(); ++month) {
        const auto x = month_middle(month);
        const auto y = panel.y(values[month]);
        points += fmt::format("{:.1f},{:.1f} ", x, y);
        marks += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"><title>{} {:.1f} "
                             "C</title></circle>\n",
            x, y, colour, month_names[month], values[month]);
    }
    return fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n{}", points,
        colour, marks);
}

std::string rings(const Panel& panel, const Monthly& values, std::string_view colour) {
    std::string svg;
    for (std::size_t month = 0; month < values.size(); ++month)
        svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\" fill=\"none\" stroke=\"{}\" "
                           "stroke-width=\"1.5\"/>\n",
            month_middle(month), panel.y(values[month]), colour);
    return svg;
}

Panel temperature_panel(const MonthlyWeather& generated, const std::optional<MonthlyWeather>& station) {
    auto least = std::ranges::min(generated.tmin);
    auto most = std::ranges::max(generated.tmax);
    if (station) {
        least = std::min(least, std::ranges::min(station->tmin));
        most = std::max(most, std::ranges::max(station->tmax));
    }
    return {.top = 92, .bottom = 310, .ticks = Ticks::covering(least, most)};
}

Panel precipitation_panel(const MonthlyWeather& generated, const std::optional<MonthlyWeather>& station) {
    auto most = std::max(1.0, std::ranges::max(generated.precipitation));
    if (station) most = std::max(most, std::ranges::max(station->precipitation));
    return {.top = 384, .bottom = 602, .ticks = Ticks::covering(0, most)};
}

std::string temperature_legend(bool with_station) {
    auto svg =
        fmt::format("<circle cx=\"{0}\" cy=\"72\" r=\"4\" fill=\"{2}\"/><circle cx=\"{1}\" cy=\"72\" r=\"4\" "
                    "fill=\"{3}\"/>\n",
            left + 6, left + 146, warm, cool);
    svg +=
        label(left + 16, 76, "start", "mean daily tmax") + label(left + 156, 76, "start", "mean daily tmin");
    if (!with_station) return svg;
    svg += fmt::format(
        "<circle cx=\"{}\" cy=\"72\" r=\"6\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>\n",
        left + 288, ink);
    return svg + label(left + 300, 76, "start", "station");
}

std::string precipitation_legend(bool with_station) {
    auto svg = fmt::format("<rect x=\"{}\" y=\"356\" width=\"12\" height=\"12\" fill=\"{}\"/>\n", left, rain);
    svg += label(left + 18, 366, "start", "this file");
    if (!with_station) return svg;
    svg += fmt::format(
        "<rect x=\"{}\" y=\"356\" width=\"12\" height=\"12\" fill=\"{}\"/>\n", left + 100, rain_of_station);
    return svg + label(left + 118, 366, "start", "station");
}

std::string title_of(const CliFile& file) {
    const auto first = int{file.days.front().date.year()};
    const auto last = int{file.days.back().date.year()};
    const auto years =
        first == last ? fmt::format("year {}", first) : fmt::format("years {}-{}", first, last);
    return fmt::format("<text x=\"{}\" y=\"38\" font-size=\"18\" font-weight=\"bold\">{}</text>\n"
                       "<text x=\"{}\" y=\"38\" text-anchor=\"end\">monthly means, {}</text>\n",
        left, escaped(trimmed(file.header.station)), right, years);
}

} // namespace

MonthlyWeather monthly_weather(const CliFile& file) {
    MonthlyWeather weather;
    std::array<int, 12> days{};
    for (const auto& day : file.days) {
        const auto month = static_cast<std::size_t>(month_index(day.date));
        ++days[month];
        weather.precipitation[month] += day.precipitation;
        weather.tmax[month] += day.tmax;
        weather.tmin[month] += day.tmin;
    }
    for (std::size_t month = 0; month < 12; ++month) {
        const auto count = std::max(1, days[month]);
        weather.precipitation[month] *= static_cast<double>(days_in_month(static_cast<int>(month))) / count;
        weather.tmax[month] /= count;
        weather.tmin[month] /= count;
    }
    return weather;
}

MonthlyWeather monthly_weather(const Station& station) {
    return {.precipitation = monthly_precipitation(station),
        .tmax = monthly_celsius(station.tmax_mean),
        .tmin = monthly_celsius(station.tmin_mean)};
}

std::string plot_svg(const CliFile& file, const std::optional<MonthlyWeather>& station) {
    const auto weather = monthly_weather(file);
    const auto above = temperature_panel(weather, station);
    const auto below = precipitation_panel(weather, station);
    auto svg = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
                           "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"{2}\">\n"
                           "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
        width, height, ink);
    svg +=
        title_of(file) + temperature_legend(station.has_value()) + precipitation_legend(station.has_value());
    svg += axes(above, "temperature, \u00b0C") + axes(below, "precipitation, mm a month");
    if (station) {
        svg += rings(above, station->tmax, warm) + rings(above, station->tmin, cool);
        svg += bars(below, station->precipitation, 0.52, 0.84, rain_of_station);
    }
    svg += curve(above, weather.tmax, warm) + curve(above, weather.tmin, cool);
    svg += station ? bars(below, weather.precipitation, 0.16, 0.48, rain)
                   : bars(below, weather.precipitation, 0.25, 0.75, rain);
    return svg + "</svg>\n";
}

} // namespace freshet::climate
