#include "jobs/cli/output.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/ostream.h>

#include <algorithm>

namespace freshet::jobs::cli {
namespace {

using Row = std::vector<std::string>;

bool is_number(const std::string& cell) {
    return !cell.empty() && std::ranges::all_of(cell, [](char c) { return c >= '0' && c <= '9'; });
}

// What a producer wrote must not move the cursor.
bool is_control(char c) {
    return (c >= 0 && c < ' ') || c == 0x7f;
}

std::string indented(std::string_view text, std::size_t by) {
    std::string lines;
    for (const char c : text) {
        lines += is_control(c) && c != '\n' && c != '\t' ? '?' : c;
        if (c == '\n') lines.append(by, ' ');
    }
    return lines;
}

std::string in_one_line(std::string cell) {
    std::ranges::replace_if(cell, is_control, ' ');
    return cell;
}

} // namespace

void print_table(std::ostream& out, const Row& headers, const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    std::vector<bool> to_the_right;
    for (std::size_t column = 0; column < headers.size(); ++column) {
        std::size_t width = headers[column].size();
        for (const Row& row : rows)
            width = std::max(width, row[column].size());
        widths.push_back(width);
        to_the_right.push_back(!rows.empty() && std::ranges::all_of(rows,
                                                    [&](const Row& row) { return is_number(row[column]); }));
    }
    const auto print = [&](const Row& row) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column)
            line += to_the_right[column] ? fmt::format("{:>{}}  ", row[column], widths[column])
                                         : fmt::format("{:<{}}  ", in_one_line(row[column]), widths[column]);
        line.erase(line.find_last_not_of(' ') + 1);
        fmt::print(out, "{}\n", line);
    };
    print(headers);
    for (const Row& row : rows)
        print(row);
}

void print_field(std::ostream& out, std::string_view name, std::string_view value) {
    if (!value.empty()) fmt::print(out, "{:<12} {}\n", name, indented(value, 13));
}

void print_answer(
    std::ostream& out, Format format, std::string_view kind, std::string_view name, std::string_view text) {
    if (format == Format::json)
        print_json(out, boost::json::object{{kind, name}, {"answer", text}});
    else
        fmt::print(out, "{} {}\n", name, text);
}

void print_json(std::ostream& out, const boost::json::value& value) {
    fmt::print(out, "{}\n", boost::json::serialize(value));
}

} // namespace freshet::jobs::cli
