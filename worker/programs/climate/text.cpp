#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

namespace freshet::climate {

namespace {

constexpr std::string_view blanks = " \t";

template <class T>
std::optional<T> parse(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

std::vector<std::string> read_lines(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) throw BadInput(fmt::format("{}: cannot be read", path.string()));
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with('\r')) line.pop_back();
        lines.push_back(std::move(line));
    }
    if (file.bad())
        throw BadInput(fmt::format("{}: reading failed after line {}", path.string(), lines.size()));
    return lines;
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    auto scratch = path;
    scratch += ".part";
    std::error_code error;
    {
        std::ofstream file(scratch, std::ios::binary | std::ios::trunc);
        file << text;
        file.close();
        if (!file) error = std::make_error_code(std::errc::io_error);
    }
    if (!error) std::filesystem::rename(scratch, path, error);
    if (!error) return;
    std::error_code ignored;
    std::filesystem::remove(scratch, ignored);
    throw BadInput(fmt::format("{}: cannot be written: {}", path.string(), error.message()));
}

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(blanks)));
    return right_trimmed(text);
}

std::string_view right_trimmed(std::string_view text) {
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
}

std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> found;
    for (const auto part : split(line, ' '))
        if (!part.empty()) found.push_back(part);
    return found;
}

std::string_view columns(std::string_view line, std::size_t from, std::size_t width) {
    return from < line.size() ? line.substr(from, width) : std::string_view{};
}

std::optional<double> parse_number(std::string_view text) {
    const auto value = parse<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<int> parse_integer(std::string_view text) {
    return parse<int>(text);
}

} // namespace freshet::climate
