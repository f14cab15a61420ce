#pragma once

#include <boost/json/value.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace freshet::jobs::cli {

enum class Format { table, json };

/// Columns as wide as their widest cell, numbers to the right; the last column is not padded.
void print_table(std::ostream& out, const std::vector<std::string>& headers,
    const std::vector<std::vector<std::string>>& rows);

/// `name` and `value` under each other; nothing for an empty value. Further lines of a value are indented.
void print_field(std::ostream& out, std::string_view name, std::string_view value);

/// What became of a job or a worker: `<name> <text>`, or `{"<kind>": name, "answer": text}`.
void print_answer(
    std::ostream& out, Format format, std::string_view kind, std::string_view name, std::string_view text);

/// On one line.
void print_json(std::ostream& out, const boost::json::value& value);

} // namespace freshet::jobs::cli
