#include "worker/programs/model/climate_file.hpp"

#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

namespace freshet::model {

namespace {

constexpr Range temperature{-80, 70};
constexpr Range wind_direction{-1, 361}; // not used; 361 stands for calm in some files

enum class Storms { generated, breakpoints };

struct Heading {
    Storms storms;
    std::string station;
};

Heading read_heading(LineReader& lines) {
    lines.plain_fields("the version of the climate file").number("version");
    auto modes = lines.plain_fields("the simulation, breakpoint and wind flags");
    if (modes.integer("simulation flag", 1, 2) != 1)
        modes.fail("simulation flag 1 (continuous)", "2 (single storm)");
    const auto storms = modes.integer("breakpoint flag", 0, 1) == 1 ? Storms::breakpoints : Storms::generated;
    const std::string station(trimmed(lines.raw("the station's name")));
    for (int line = 4; line <= 15; ++line)
        lines.raw("the heading of 15 lines");
    return {storms, station};
}

Date read_date(Fields& fields) {
    Date date;
    date.day = fields.integer("day", 1, 31);
    date.month = fields.integer("month", 1, 12);
    date.year = fields.integer("year", 0, 9999);
    return date;
}

void read_generated_storm(Fields& fields, Weather& day) {
    day.precipitation_mm = fields.number("precipitation in mm", {0, 2000});
    day.duration_h = fields.number("storm duration in h", {0, 24});
    day.time_to_peak = fields.number("time to peak as a fraction of the duration", {0, 1});
    day.peak_intensity = fields.number("peak intensity over mean intensity", {0, 1000});
    if (day.precipitation_mm <= 0) return;
    if (day.duration_h <= 0)
        fields.fail("a storm duration above 0 on a wet day", fmt::format("{}", day.duration_h));
    if (day.peak_intensity < 1)
        fields.fail(
            "a peak over mean intensity of 1 or more on a wet day", fmt::format("{}", day.peak_intensity));
}

void read_air(Fields& fields, Weather& day) {
    day.tmax_c = fields.number("maximum temperature in C", temperature);
    day.tmin_c = fields.number("minimum temperature in C", temperature);
    day.radiation_ly = fields.number("radiation in Langleys", {0, 2000});
    day.wind_ms = fields.number("wind in m/s", {0, 120});
    fields.number("wind direction", wind_direction);
    day.dew_point_c = fields.number("dew point in C", temperature);
}

void read_breakpoints(LineReader& lines, int count, Weather& day) {
    day.breakpoints.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        auto fields = lines.plain_fields("a breakpoint");
        const double time = fields.number("breakpoint time in h", {0, 24});
        const double depth = fields.number("cumulative depth in mm", {0, 2000});
        if (!day.breakpoints.empty() &&
            (time < day.breakpoints.back().time_h || depth < day.breakpoints.back().depth_mm))
            fields.fail(
                "a breakpoint that is not before the last one", fmt::format("{} h, {} mm", time, depth));
        day.breakpoints.push_back({time, depth});
    }
    if (!day.breakpoints.empty())
        day.precipitation_mm = day.breakpoints.back().depth_mm - day.breakpoints.front().depth_mm;
}

Weather read_day(LineReader& lines, Storms storms) {
    auto fields = lines.plain_fields("a day");
    Weather day;
    day.date = read_date(fields);
    if (storms == Storms::generated) {
        read_generated_storm(fields, day);
        read_air(fields, day);
        return day;
    }
    const int count = fields.integer("number of breakpoints", 0, 1500);
    read_air(fields, day);
    read_breakpoints(lines, count, day);
    return day;
}

void check_order(const LineReader& lines, const Climate& climate, const Date& date) {
    const auto fail = [&](std::string_view expected) {
        throw Failure(
            {Errc::bad_input, fmt::format("{}: line {}: expected {}, found {}-{}-{}", lines.source(),
                                  lines.line(), expected, date.day, date.month, date.year)});
    };
    if (climate.days.empty()) {
        if (date.day != 1 || date.month != 1) fail("a first day of 1 January");
        return;
    }
    const auto& last = climate.days.back().date;
    if (!follows(last, date)) fail(fmt::format("the day after {}-{}-{}", last.day, last.month, last.year));
}

bool ends_year(const Date& date) {
    return date.month == 12 && date.day == 31;
}

} // namespace

Result<Climate> read_climate(const std::filesystem::path& path, int years) {
    return as_result([&] {
        LineReader lines(path);
        const auto heading = read_heading(lines);
        Climate climate;
        climate.station = heading.station;
        climate.days.reserve(static_cast<std::size_t>(years) * 366);
        int whole_years = 0;
        while (whole_years < years && !lines.at_end()) {
            auto day = read_day(lines, heading.storms);
            check_order(lines, climate, day.date);
            if (climate.days.empty()) climate.first_year = day.date.year;
            if (ends_year(day.date)) ++whole_years;
            climate.days.push_back(std::move(day));
        }
        if (whole_years < years)
            throw Failure(
                {Errc::bad_input, fmt::format("{}: line {}: expected {} whole years of days, found {}",
                                      lines.source(), lines.line(), years, whole_years)});
        return climate;
    });
}

} // namespace freshet::model
