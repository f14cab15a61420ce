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

/// On one line.
void print_json(std::ostream& out, const boost::json::value& value);

} // namespace freshet::jobs::cli
