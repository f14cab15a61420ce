#include "worker/wepp/lines.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace freshet::worker::wepp {
namespace {

constexpr std::string_view blanks = " \t\r";

template <class Number>
std::optional<Number> parsed(std::string_view word) {
    Number value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || word.empty()) return std::nullopt;
    return value;
}

} // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (auto at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
        const auto end = std::min(line.find_first_of(blanks, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(blanks, end);
    }
    return words;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    while (true) {
        const auto at = text.find(separator);
        pieces.push_back(trimmed(text.substr(0, at)));
        if (at == std::string_view::npos) return pieces;
        text.remove_prefix(at + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<int> to_integer(std::string_view word) {
    return parsed<int>(word);
}

std::optional<double> to_number(std::string_view word) {
    if (word.starts_with('+')) word.remove_prefix(1);
    const auto value = parsed<double>(word);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

Error unexpected(std::string_view file, std::size_t line, std::string_view expected, std::string_view found) {
    return {Errc::bad_input, fmt::format("{} line {}: expected {}, found {}", file, line, expected,
                                 found.empty() ? "nothing" : fmt::format("'{}'", found))};
}

} // namespace freshet::worker::wepp
