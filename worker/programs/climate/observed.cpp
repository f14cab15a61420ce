#include "worker/programs/climate/observed.hpp"

#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <array>

namespace freshet::climate {

namespace {

constexpr std::size_t column_width = 5;
constexpr int missing = 9999;

using Fields = std::array<int, 6>;
constexpr std::array<std::string_view, 6> field_names{
    "month", "day", "year", "precipitation (0.01 inch)", "tmax (F)", "tmin (F)"};

Fields read_fields(std::string_view line, std::string_view where) {
    Fields fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto text = columns(line, i * column_width, column_width);
        const auto value = parse_integer(text);
        if (!value)
            throw BadInput(fmt::format("{}: {}: expected an integer in columns {}-{}, found \"{}\"", where,
                field_names[i], i * column_width + 1, (i + 1) * column_width, text));
        fields[i] = *value;
    }
    return fields;
}

std::optional<double> unless_missing(int value, double converted) {
    return value == missing ? std::nullopt : std::optional(converted);
}

ObservedDay read_day(std::string_view line, std::string_view where) {
    const auto fields = read_fields(line, where);
    const auto [month, day, year, precipitation, tmax, tmin] = fields;
    const auto date = date_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    if (!date.ok() || year < 1)
        throw BadInput(
            fmt::format("{}: expected a date as month day year, found {} {} {}", where, month, day, year));
    if (precipitation < 0)
        throw BadInput(
            fmt::format("{}: precipitation: expected 0.01 inch units, 0 or more, or 9999, found {}", where,
                precipitation));
    if (tmax != missing && tmin != missing && tmin > tmax)
        throw BadInput(fmt::format("{}: tmin: expected at most tmax {}, found {}", where, tmax, tmin));
    return {.date = date,
        .observation = {
            .precipitation = unless_missing(precipitation, precipitation * 0.01 * millimetres_per_inch),
            .tmax = unless_missing(tmax, celsius(tmax)),
            .tmin = unless_missing(tmin, celsius(tmin)),
        }};
}

} // namespace

std::vector<ObservedDay> parse_prn(const std::vector<std::string>& lines, std::string_view origin) {
    std::vector<ObservedDay> days;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (trimmed(lines[i]).empty()) continue;
        const auto where = fmt::format("{}, line {}", origin, i + 1);
        const auto day = read_day(lines[i], where);
        const auto expected = days.empty() ? date_of(int{day.date.year()}, 1, 1) : next_day(days.back().date);
        if (day.date != expected)
            throw BadInput(fmt::format(
                "{}: expected the day {}, found {}", where, to_string(expected), to_string(day.date)));
        days.push_back(day);
    }
    if (days.empty()) throw BadInput(fmt::format("{}: expected a line a day, found none", origin));
    return days;
}

std::vector<ObservedDay> read_prn(const std::filesystem::path& path) {
    return parse_prn(read_lines(path), path.string());
}

} // namespace freshet::climate
