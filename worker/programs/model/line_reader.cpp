#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

namespace freshet::model {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view separators = " \t\r\n,";

std::string_view without_comment(std::string_view line) {
    return trimmed(line.substr(0, line.find('#')));
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

template <class T>
bool parse(std::string_view text, T& value) {
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

} // namespace

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

void Fields::fail(std::string_view expected, std::string_view found) const {
    throw Failure({Errc::bad_input,
        fmt::format("{}: line {}: expected {}, found {}", source_, line_, expected, found)});
}

std::string_view Fields::take() {
    const auto begin = rest_.find_first_not_of(separators);
    if (begin == std::string_view::npos) {
        rest_ = {};
        return {};
    }
    rest_.remove_prefix(begin);
    const bool quoted = rest_.front() == '\'';
    if (quoted) rest_.remove_prefix(1);
    const auto end = std::min(quoted ? rest_.find('\'') : rest_.find_first_of(separators), rest_.size());
    const auto field = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + (quoted ? 1 : 0), rest_.size()));
    return field;
}

bool Fields::at_end() {
    return rest_.find_first_not_of(separators) == std::string_view::npos;
}

std::string_view Fields::word(std::string_view name) {
    if (at_end()) fail(name, "the end of the line");
    return take();
}

double Fields::number(std::string_view name) {
    if (at_end()) fail(fmt::format("{} (a number)", name), "the end of the line");
    const auto text = take();
    double value = 0;
    if (!parse(text, value) || !std::isfinite(value))
        fail(fmt::format("{} (a number)", name), fmt::format("\"{}\"", text));
    return value;
}

double Fields::number(std::string_view name, Range range) {
    const double value = number(name);
    if (value < range.low || value > range.high)
        fail(fmt::format("{} within {} to {}", name, range.low, range.high), fmt::format("{}", value));
    return value;
}

int Fields::integer(std::string_view name, int low, int high) {
    const auto expected = [&] {
        return fmt::format("{} (an integer within {} to {})", name, low, high);
    };
    if (at_end()) fail(expected(), "the end of the line");
    const auto text = take();
    int value = 0;
    if (!parse(text, value) || value < low || value > high) fail(expected(), fmt::format("\"{}\"", text));
    return value;
}

LineReader::LineReader(const std::filesystem::path& path) : source_(path.string()) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Failure({Errc::not_found, fmt::format("{}: cannot be opened for reading", source_)});
    text_.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (file.bad() || std::filesystem::is_directory(path))
        throw Failure({Errc::refused, fmt::format("{}: cannot be read", source_)});
}

bool LineReader::next(std::string_view& line) {
    if (at_ >= text_.size()) return false;
    const auto end = std::min(text_.find('\n', at_), text_.size());
    line = std::string_view(text_).substr(at_, end - at_);
    at_ = end + 1;
    ++line_;
    return true;
}

std::string_view LineReader::raw(std::string_view expected) {
    std::string_view line;
    if (!next(line))
        throw Failure({Errc::bad_input, fmt::format("{}: line {}: expected {}, found the end of the file",
                                            source_, line_ + 1, expected)});
    return line;
}

Fields LineReader::fields(std::string_view expected) {
    while (true) {
        const auto line = without_comment(raw(expected));
        if (!line.empty()) return {source_, line_, line};
    }
}

Fields LineReader::plain_fields(std::string_view expected) {
    const auto line = raw(expected);
    return {source_, line_, line};
}

std::string_view LineReader::peek() {
    std::string_view line;
    while (true) {
        const auto at = at_;
        const auto number = line_;
        if (!next(line)) return {};
        if (without_comment(line).empty()) continue;
        at_ = at;
        line_ = number;
        return line;
    }
}

bool LineReader::seek_comment(std::string_view text) {
    const auto at = at_;
    const auto number = line_;
    std::string_view line;
    while (next(line))
        if (trimmed(line).starts_with('#') && contains_ignoring_case(line, text)) return true;
    at_ = at;
    line_ = number;
    return false;
}

} // namespace freshet::model
