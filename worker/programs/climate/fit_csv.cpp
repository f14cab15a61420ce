#include "worker/programs/climate/fit.hpp"
#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::climate {

namespace {

struct Column {
    std::string_view name;
    std::optional<double> DailyRecord::*value;
    double least;
    double most;
};

constexpr Column value_columns[] = {
    {"precipitation", &DailyRecord::precipitation, 0, 2000},
    {"temp_max", &DailyRecord::tmax, -99, 70},
    {"temp_min", &DailyRecord::tmin, -99, 70},
    {"wind", &DailyRecord::wind, 0, 150},
};
constexpr std::string_view optional_column = "wind";

std::optional<std::size_t> place_of(std::string_view name, const std::vector<std::string_view>& names) {
    const auto found =
        std::ranges::find_if(names, [&](std::string_view other) { return trimmed(other) == name; });
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

Date read_date(std::string_view text, std::string_view where) {
    const auto parts = split(trimmed(text), '-');
    if (parts.size() == 3) {
        const auto year = parse_integer(parts[0]);
        const auto month = parse_integer(parts[1]);
        const auto day = parse_integer(parts[2]);
        if (year && month && day) {
            const auto date = date_of(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
            if (date.ok()) return date;
        }
    }
    throw BadInput(fmt::format("{}: date: expected YYYY-MM-DD, found \"{}\"", where, text));
}

std::optional<double> read_value(const Column& column, std::string_view text, std::string_view where) {
    if (trimmed(text).empty()) return std::nullopt;
    const auto value = parse_number(text);
    if (!value || *value < column.least || *value > column.most)
        throw BadInput(fmt::format("{}: {}: expected a number {} .. {} or nothing, found \"{}\"", where,
            column.name, column.least, column.most, text));
    return value;
}

/// The columns of a table, by its heading line.
class Heading {
public:
    Heading(const std::string& line, std::string_view origin) : names_(split(line, ',')) {
        if (!place_of("date", names_)) fail(origin, "date");
        for (const auto& column : value_columns)
            if (column.name != optional_column && !place_of(column.name, names_)) fail(origin, column.name);
    }

    DailyRecord read(const std::string& line, std::string_view where) const {
        const auto fields = split(line, ',');
        if (fields.size() != names_.size())
            throw BadInput(
                fmt::format("{}: expected {} fields, found {}", where, names_.size(), fields.size()));
        DailyRecord record{.date = read_date(fields[*place_of("date", names_)], where)};
        for (const auto& column : value_columns)
            if (const auto place = place_of(column.name, names_))
                record.*column.value = read_value(column, fields[*place], where);
        return record;
    }

private:
    [[noreturn]] void fail(std::string_view origin, std::string_view missing) const {
        throw BadInput(fmt::format(
            "{}, line 1: expected a column \"{}\", found \"{}\"", origin, missing, fmt::join(names_, ",")));
    }

    std::vector<std::string_view> names_;
};

} // namespace

std::vector<DailyRecord> parse_daily_csv(const std::vector<std::string>& lines, std::string_view origin) {
    if (lines.empty())
        throw BadInput(fmt::format("{}: expected a heading line, found an empty file", origin));
    const Heading heading(lines.front(), origin);
    std::vector<DailyRecord> records;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (trimmed(lines[i]).empty()) continue;
        const auto where = fmt::format("{}, line {}", origin, i + 1);
        const auto record = heading.read(lines[i], where);
        if (record.tmax && record.tmin && *record.tmin > *record.tmax)
            throw BadInput(fmt::format(
                "{}: temp_min: expected at most temp_max {}, found {}", where, *record.tmax, *record.tmin));
        if (!records.empty() && record.date <= records.back().date)
            throw BadInput(fmt::format("{}: expected a day after {}, found {}", where,
                to_string(records.back().date), to_string(record.date)));
        records.push_back(record);
    }
    return records;
}

std::vector<DailyRecord> read_daily_csv(const std::filesystem::path& path) {
    return parse_daily_csv(read_lines(path), path.string());
}

} // namespace freshet::climate
