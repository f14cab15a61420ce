#include "worker/programs/climate/cli.hpp"

#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace freshet::climate {

namespace {

constexpr std::string_view tmax_heading = " Observed monthly ave max temperature (C)";
constexpr std::string_view tmin_heading = " Observed monthly ave min temperature (C)";
constexpr std::string_view radiation_heading = " Observed monthly ave solar radiation (Langleys/day)";
constexpr std::string_view precipitation_heading = " Observed monthly ave precipitation (mm)";
constexpr std::string_view place_heading =
    " Latitude Longitude Elevation (m) Obs. Years   Beginning year  Years simulated Command Line:";
constexpr std::string_view column_names =
    " da mo year  prcp  dur   tp     ip  tmax  tmin  rad  w-vl w-dir  tdew";
constexpr std::string_view column_units =
    "             (mm)  (h)               (C)   (C) (l/d) (m/s)(Deg)   (C)";

/// A column of the daily lines, 0-based, and where its value goes.
struct Column {
    std::string_view name;
    std::size_t from;
    std::size_t width;
    int decimals;
    double CliDay::*value;
};

constexpr Column daily_columns[] = {
    {"prcp", 13, 5, 1, &CliDay::precipitation},
    {"dur", 19, 5, 2, &CliDay::duration},
    {"tp", 25, 4, 2, &CliDay::time_to_peak},
    {"ip", 30, 6, 2, &CliDay::peak_ratio},
    {"tmax", 37, 5, 1, &CliDay::tmax},
    {"tmin", 43, 5, 1, &CliDay::tmin},
    {"rad", 49, 4, 0, &CliDay::radiation},
    {"w-vl", 54, 4, 1, &CliDay::wind_speed},
    {"w-dir", 60, 4, 0, &CliDay::wind_direction},
    {"tdew", 65, 5, 1, &CliDay::dew_point},
};
constexpr std::size_t daily_width = 70;

/// A fixed number of decimals, the dot even without any, and no minus sign before a zero.
std::string fixed(double value, int decimals) {
    auto text = fmt::format("{:#.{}f}", value, decimals);
    if (text.starts_with('-') && text.find_first_of("123456789") == std::string::npos) text.erase(0, 1);
    return text;
}

std::string monthly_line(const Monthly& values) {
    std::string line;
    for (const double value : values)
        line += fmt::format(" {:>5}", fixed(value, 1));
    return line + '\n';
}

void append_day(std::string& text, const CliDay& day) {
    const auto start = text.size();
    fmt::format_to(std::back_inserter(text), "{:3}{:3} {:5}", unsigned{day.date.day()},
        unsigned{day.date.month()}, int{day.date.year()});
    for (const auto& column : daily_columns) {
        const auto end = start + column.from + column.width;
        fmt::format_to(
            std::back_inserter(text), "{:>{}}", fixed(day.*column.value, column.decimals), end - text.size());
    }
    text += '\n';
}

/// A .cli line by line, with messages that say where.
class Reader {
public:
    Reader(const std::vector<std::string>& lines, std::string_view origin) : lines_(lines), origin_(origin) {}

    bool at_end() const {
        return next_ == lines_.size() || (next_ + 1 == lines_.size() && trimmed(lines_[next_]).empty());
    }

    const std::string& line(std::string_view what) {
        if (next_ == lines_.size())
            throw BadInput(fmt::format(
                "{}: expected line {} ({}), found the end of the file", origin_, next_ + 1, what));
        return lines_[next_++];
    }

    void heading(std::string_view expected) {
        const auto& found = line(expected);
        if (found.substr(0, expected.size()) != expected)
            fail(fmt::format("expected \"{}\", found \"{}\"", expected, found));
    }

    Monthly monthly(std::string_view expected_heading) {
        heading(expected_heading);
        const auto& text = line("twelve monthly values");
        Monthly values;
        for (std::size_t month = 0; month < values.size(); ++month)
            values[month] = number(columns(text, 6 * month, 6), "a monthly value");
        return values;
    }

    double number(std::string_view text, std::string_view what) const {
        const auto value = parse_number(text);
        if (!value) fail(fmt::format("expected {}, found \"{}\"", what, text));
        return *value;
    }

    int integer(std::string_view text, std::string_view what) const {
        const auto value = parse_integer(text);
        if (!value) fail(fmt::format("expected {}, found \"{}\"", what, text));
        return *value;
    }

    [[noreturn]] void fail(std::string_view problem) const {
        throw BadInput(fmt::format("{}, line {}: {}", origin_, next_, problem));
    }

private:
    const std::vector<std::string>& lines_;
    std::string_view origin_;
    std::size_t next_ = 0;
};

CliHeader read_header(Reader& reader) {
    CliHeader header;
    reader.number(reader.line("version"), "a version number");
    const auto flags = words(reader.line("mode, breakpoints, wind"));
    if (flags.size() != 3 || (flags[0] != "1" && flags[0] != "2") || flags[1] != "0" || flags[2] != "0")
        reader.fail("expected the mode 1 or 2, then 0 0 (no breakpoints, with wind)");
    header.mode = flags[0] == "1" ? CliMode::continuous : CliMode::single_storm;
    const std::string& title = reader.line("station");
    if (!title.starts_with("  Station: "))
        reader.fail(fmt::format("expected \"  Station: \", found \"{}\"", title));
    header.station = right_trimmed(columns(title, 11, 41));
    header.seed = reader.integer(columns(title, 82, 5), "the seed in columns 83-87");
    header.interpolation = reader.integer(columns(title, 91, 2), "the interpolation in columns 92-93");
    reader.heading(place_heading);
    const auto& place = reader.line("latitude, longitude, elevation, years");
    header.latitude = reader.number(columns(place, 0, 9), "a latitude");
    header.longitude = reader.number(columns(place, 9, 9), "a longitude");
    header.elevation = reader.number(columns(place, 18, 12), "an elevation");
    header.observed_years = reader.integer(columns(place, 30, 12), "the years of observation");
    header.first_year = reader.integer(columns(place, 42, 12), "the first year");
    header.years = reader.integer(columns(place, 54, 16), "the number of years");
    header.command_line = trimmed(columns(place, 80, std::string_view::npos));
    header.tmax = reader.monthly(tmax_heading);
    header.tmin = reader.monthly(tmin_heading);
    header.radiation = reader.monthly(radiation_heading);
    header.precipitation = reader.monthly(precipitation_heading);
    reader.heading(column_names);
    reader.heading(column_units);
    return header;
}

CliDay read_day(const Reader& reader, std::string_view line) {
    if (line.size() != daily_width)
        reader.fail(fmt::format("expected {} columns, found {}: \"{}\"", daily_width, line.size(), line));
    CliDay day;
    day.date = date_of(reader.integer(columns(line, 6, 6), "a year in columns 7-12"),
        static_cast<unsigned>(reader.integer(columns(line, 3, 3), "a month in columns 4-6")),
        static_cast<unsigned>(reader.integer(columns(line, 0, 3), "a day in columns 1-3")));
    if (!day.date.ok()) reader.fail(fmt::format("expected a date, found \"{}\"", columns(line, 0, 12)));
    std::size_t end = 12;
    for (const auto& column : daily_columns) {
        const auto text = columns(line, column.from, column.width);
        const auto dot = text.find('.');
        if (dot == std::string_view::npos ||
            text.size() - dot - 1 != static_cast<std::size_t>(column.decimals) ||
            !trimmed(columns(line, end, column.from - end)).empty())
            reader.fail(fmt::format("{}: expected a number with {} decimals in columns {}-{}, found \"{}\"",
                column.name, column.decimals, column.from + 1, column.from + column.width, text));
        day.*column.value = reader.number(text, column.name);
        end = column.from + column.width;
    }
    return day;
}

} // namespace

std::string format_cli(const CliFile& file) {
    const auto& header = file.header;
    std::string text;
    text.reserve(2000 + file.days.size() * (daily_width + 1));
    text += fmt::format("{}\n{:4}{:4}{:4}\n", cligen_version, static_cast<int>(header.mode), 0, 0);
    text += fmt::format("  Station: {:<41}       CLIGEN VER. {} -r:{:5} -I:{:2}\n", header.station,
        cligen_version, header.seed, header.interpolation);
    text += fmt::format("{}\n{:9.2f}{:9.2f}{:12.0f}{:12}{:12}{:16}          {}\n", place_heading,
        header.latitude, header.longitude, header.elevation, header.observed_years, header.first_year,
        header.years, header.command_line);
    text += fmt::format("{}\n{}", tmax_heading, monthly_line(header.tmax));
    text += fmt::format("{}\n{}", tmin_heading, monthly_line(header.tmin));
    text += fmt::format("{}\n{}", radiation_heading, monthly_line(header.radiation));
    text += fmt::format("{}\n{}", precipitation_heading, monthly_line(header.precipitation));
    text += fmt::format("{}\n{}\n", column_names, column_units);
    for (const auto& day : file.days)
        append_day(text, day);
    return text;
}

CliFile parse_cli(const std::vector<std::string>& lines, std::string_view origin) {
    Reader reader(lines, origin);
    CliFile file{.header = read_header(reader)};
    while (!reader.at_end()) {
        file.days.push_back(read_day(reader, reader.line("a day")));
        if (file.days.size() < 2) continue;
        const auto expected = next_day(file.days[file.days.size() - 2].date);
        if (file.days.back().date != expected)
            reader.fail(fmt::format(
                "expected the day {}, found {}", to_string(expected), to_string(file.days.back().date)));
    }
    if (file.days.empty()) reader.fail("expected a line a day, found the end of the file");
    const auto found_years = int{file.days.back().date.year()} - int{file.days.front().date.year()} + 1;
    if (found_years != file.header.years)
        reader.fail(fmt::format("expected {} years of days, found {}", file.header.years, found_years));
    return file;
}

CliFile read_cli(const std::filesystem::path& path) {
    return parse_cli(read_lines(path), path.string());
}

} // namespace freshet::climate
