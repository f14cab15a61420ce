#include "worker/programs/climate/par.hpp"

#include "worker/programs/climate/par_layout.hpp"
#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace freshet::climate {

namespace {

constexpr std::size_t label_width = 8;
constexpr std::size_t number_width = 6;
constexpr std::size_t name_width = 41;

std::string canonical(std::string_view label) {
    std::string kept;
    for (const char c : label)
        if (c != ' ') kept += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return kept;
}

/// Reads a .par line by line and knows where it is, for messages.
class Reader {
public:
    Reader(const std::vector<std::string>& lines, std::string_view origin) : lines_(lines), origin_(origin) {}

    const std::string& next_line(std::string_view what) {
        if (number_ == lines_.size())
            throw BadInput(fmt::format("{}: expected line {} ({}), found the end of the file after line {}",
                origin_, number_ + 1, what, number_));
        return lines_[number_++];
    }

    std::vector<std::string> remaining_lines() const {
        return {lines_.begin() + static_cast<std::ptrdiff_t>(number_), lines_.end()};
    }

    /// Columns [from, from + width) of the current line.
    double number(
        std::size_t from, std::size_t width, std::string_view what, double least, double most) const {
        const auto text = columns(lines_[number_ - 1], from, width);
        const auto value = parse_number(text);
        if (!value || *value < least || *value > most)
            fail(fmt::format("{}: expected a number {} .. {} in columns {}-{}, found \"{}\"", what, least,
                most, from + 1, from + width, text));
        return *value;
    }

    Monthly row(const ParRow& row, std::string_view label) {
        const auto& line = next_line(trimmed(label));
        const auto found = columns(line, 0, label_width);
        if (canonical(found) != canonical(label) &&
            (row.old_label.empty() || canonical(found) != canonical(row.old_label)))
            fail(fmt::format("expected the label \"{}\", found \"{}\"", trimmed(label), trimmed(found)));
        Monthly values;
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = number(label_width + i * number_width, number_width,
                fmt::format("{}, value {}", trimmed(label), i + 1), row.least, row.most);
        return values;
    }

    [[noreturn]] void fail(std::string_view problem) const {
        throw BadInput(fmt::format("{}, line {}: {}", origin_, number_, problem));
    }

private:
    const std::vector<std::string>& lines_;
    std::string_view origin_;
    std::size_t number_ = 0;
};

void read_head(Reader& reader, Station& station) {
    const auto& title = reader.next_line("station name");
    station.name = right_trimmed(columns(title, 0, name_width));
    station.id = trimmed(columns(title, name_width, label_width));
    if (station.name.empty()) reader.fail("expected a station name in columns 1-41, found blanks");

    reader.next_line("LATT= LONG= YEARS= TYPE=");
    station.latitude = reader.number(6, 7, "LATT", -90, 90);
    station.longitude = reader.number(19, 7, "LONG", -180, 180);
    station.years = static_cast<int>(reader.number(33, 3, "YEARS", 0, 999));
    station.storm_type = static_cast<int>(reader.number(43, 2, "TYPE", 1, 4));

    reader.next_line("ELEVATION = TP5 = TP6=");
    station.elevation = reader.number(12, 5, "ELEVATION", -2000, 30000);
    station.half_hour_peak = reader.number(24, 5, "TP5", 0, 99);
    station.six_hour_peak = reader.number(34, 5, "TP6", 0, 99);
}

void check_temperatures(const Reader& reader, const Station& station) {
    for (std::size_t month = 0; month < 12; ++month)
        if (station.tmin_mean[month] >= station.tmax_mean[month])
            reader.fail(fmt::format("TMIN AV, value {}: expected less than TMAX AV {:.2f}, found {:.2f}",
                month + 1, station.tmax_mean[month], station.tmin_mean[month]));
}

void check_time_to_peak(const Reader& reader, const Station& station) {
    const auto& shares = station.time_to_peak;
    if (!std::ranges::is_sorted(shares) || shares.back() < 0.995)
        reader.fail(fmt::format("Time Pk: expected shares that never fall and end with 1.000, found {:.3f}",
            fmt::join(shares, " ")));
}

/// Fortran's F format: right-aligned, no zero before the dot, the dot even without decimals.
std::string fortran(double value, std::size_t width, int decimals) {
    auto text = fmt::format("{:#.{}f}", value, decimals);
    if (std::round(value * std::pow(10, decimals)) == 0) text = fmt::format("{:#.{}f}", 0.0, decimals);
    if (decimals > 0 && text.starts_with("0.")) text.erase(0, 1);
    if (decimals > 0 && text.starts_with("-0.")) text.erase(1, 1);
    return fmt::format("{:>{}}", text, width);
}

std::string row_text(const ParRow& row, std::string_view label, const Monthly& values) {
    std::string line(label);
    for (const double value : values)
        line += fortran(value, number_width, row.decimals);
    return line + '\n';
}

} // namespace

Station parse_par(const std::vector<std::string>& lines, std::string_view origin) {
    Reader reader(lines, origin);
    Station station;
    read_head(reader, station);
    for (const auto& [row, values] : station_rows()) {
        station.*values = reader.row(row, row.label);
        if (values == &Station::tmin_mean) check_temperatures(reader, station);
    }
    check_time_to_peak(reader, station);
    for (std::size_t direction = 0; direction < wind_directions; ++direction)
        for (const auto& wind : wind_rows())
            station.wind[direction].*wind.values = reader.row(wind.row, wind_label(wind, direction));
    station.calm = reader.row(calm_row().row, calm_row().row.label);
    station.notes = reader.remaining_lines();
    return station;
}

Station read_par(const std::filesystem::path& path) {
    return parse_par(read_lines(path), path.string());
}

std::string format_par(const Station& station) {
    auto text = fmt::format("{:<41}{}\n", station.name, station.id);
    text += fmt::format(" LATT={} LONG={} YEARS={}. TYPE={:2}\n", fortran(station.latitude, 7, 2),
        fortran(station.longitude, 7, 2), fmt::format("{:3}", station.years), station.storm_type);
    text += fmt::format(" ELEVATION ={:5.0f}. TP5 ={} TP6={}\n", station.elevation,
        fortran(station.half_hour_peak, 5, 2), fortran(station.six_hour_peak, 5, 2));
    for (const auto& [row, values] : station_rows())
        text += row_text(row, row.label, station.*values);
    for (std::size_t direction = 0; direction < wind_directions; ++direction)
        for (const auto& wind : wind_rows())
            text += row_text(wind.row, wind_label(wind, direction), station.wind[direction].*wind.values);
    text += row_text(calm_row().row, calm_row().row.label, station.calm);
    for (const auto& note : station.notes)
        text += note + '\n';
    return text;
}

} // namespace freshet::climate
