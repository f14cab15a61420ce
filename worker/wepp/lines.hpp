#pragma once

#include "rules/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

/// The lines of a text without their ends (LF or CRLF).
std::vector<std::string_view> lines_of(std::string_view text);
/// The words of a line, by blanks.
std::vector<std::string_view> words_of(std::string_view line);
/// The pieces between separators, without blanks around them; one more than there are separators.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trimmed(std::string_view text);

/// The whole of `word` as a number; nothing if it is none.
std::optional<int> to_integer(std::string_view word);
std::optional<double> to_number(std::string_view word);

/// bad_input "<file> line <line>: expected <expected>, found <found>".
Error unexpected(std::string_view file, std::size_t line, std::string_view expected, std::string_view found);

} // namespace freshet::worker::wepp
