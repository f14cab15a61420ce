#include "worker/tasks/cli_check.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

namespace freshet::worker {
namespace {

using namespace std::chrono;

constexpr int heading_lines = 15;

Error broken(const std::filesystem::path& file, int line, std::string_view expected, std::string_view found) {
    return {Errc::bad_input, fmt::format("{} line {}: expected {}, found {}", file.string(), line, expected,
                                 found.empty() ? "the end of the file" : fmt::format("'{}'", found))};
}

std::string shown(year_month_day date) {
    return fmt::format("the line of day {}, month {}, year {}", static_cast<unsigned>(date.day()),
        static_cast<unsigned>(date.month()), static_cast<int>(date.year()));
}

// A day's line: day, month, year and ten figures.
bool is_line_of(year_month_day date, const std::string& text) {
    unsigned day_found = 0, month_found = 0;
    int year_found = 0, columns = 0;
    if (std::sscanf(text.c_str(), "%u %u %d %*f %*f %*f %*f %*f %*f %*f %*f %*f %*f%n", &day_found,
            &month_found, &year_found, &columns) != 3 ||
        columns == 0)
        return false;
    return year_found == static_cast<int>(date.year()) &&
           month_found == static_cast<unsigned>(date.month()) &&
           day_found == static_cast<unsigned>(date.day());
}

} // namespace

Result<int> check_cli(const std::filesystem::path& file, sys_days first, sys_days last) {
    std::ifstream in(file);
    if (!in) return Error{Errc::not_found, file.string() + ": cannot be read"};
    std::string text;
    int line = 0;
    while (line < heading_lines) {
        ++line;
        if (!std::getline(in, text)) return broken(file, line, "the heading of a .cli file (15 lines)", "");
    }

    int days_found = 0;
    for (sys_days day = first; day <= last; day += days(1)) {
        ++line;
        if (!std::getline(in, text)) return broken(file, line, shown(day), "");
        if (!is_line_of(day, text)) return broken(file, line, shown(day), text);
        ++days_found;
    }
    while (std::getline(in, text)) {
        ++line;
        if (text.find_first_not_of(" \r\t") != std::string::npos)
            return broken(file, line, "no further line", text);
    }
    return days_found;
}

} // namespace freshet::worker
