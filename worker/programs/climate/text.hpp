#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::climate {

/// What ends the program with exit code 2: a flag or a file that breaks its format. The message says what,
/// where, what was expected and what was found.
struct BadInput : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The lines of a text file without their ends ("\n" or "\r\n"). Throws BadInput if it cannot be read.
std::vector<std::string> read_lines(const std::filesystem::path& path);

/// Writes the file under a scratch name beside `path` and renames it, so that nobody sees half of it. Throws
/// BadInput if it cannot be written, and leaves no scratch file then.
void write_file(const std::filesystem::path& path, std::string_view text);

std::string_view trimmed(std::string_view text);
/// Without the blanks at its end.
std::string_view right_trimmed(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

/// The words of a line, at any number of blanks.
std::vector<std::string_view> words(std::string_view line);

/// Columns [from, from + width) of a line, as far as the line reaches.
std::string_view columns(std::string_view line, std::size_t from, std::size_t width);

/// The number that is the whole of the text save surrounding blanks. Finite, plain or with exponent.
std::optional<double> parse_number(std::string_view text);
std::optional<int> parse_integer(std::string_view text);

} // namespace freshet::climate
