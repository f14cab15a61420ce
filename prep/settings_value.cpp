#include "prep/settings_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <optional>

namespace freshet::prep {
namespace {

using std::chrono::milliseconds;

struct Unit {
    std::string_view name;
    std::int64_t in_ms;
};
constexpr std::array units{Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}, Unit{"ms", 1}};

std::optional<std::int64_t> whole_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<milliseconds> whole_duration(std::string_view text) {
    const auto unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = whole_integer(text.substr(0, unit_at));
    const auto name = unit_at == text.size() ? "s" : text.substr(unit_at);
    const auto unit = std::ranges::find(units, name, &Unit::name);
    if (!number || unit == units.end()) return std::nullopt;
    if (*number > milliseconds::max().count() / unit->in_ms) return std::nullopt;
    return milliseconds(*number * unit->in_ms);
}

/// Levenshtein distance.
std::size_t edits_between(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < from.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < to.size(); ++j) {
            const auto replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace

Result<std::int64_t> parse_integer(std::string_view text, Range<std::int64_t> range) {
    const auto number = whole_integer(text);
    if (number && *number >= range.lowest && *number <= range.highest) return *number;
    return Error{Errc::bad_input,
        fmt::format("expected an integer {}..{}, found \"{}\"", range.lowest, range.highest, text)};
}

Result<milliseconds> parse_duration(std::string_view text, Range<milliseconds> range) {
    const auto duration = whole_duration(text);
    if (duration && *duration >= range.lowest && *duration <= range.highest) return *duration;
    return Error{
        Errc::bad_input, fmt::format("expected a time {}..{} such as 500ms, 10s, 5m or 2h, found \"{}\"",
                             to_text(range.lowest), to_text(range.highest), text)};
}

std::string to_text(milliseconds duration) {
    const auto fits = [&](const Unit& unit) {
        return duration.count() % unit.in_ms == 0;
    };
    const auto& unit =
        duration.count() == 0 ? units[2] : *std::ranges::find_if(units, fits); // ms always fits
    return fmt::format("{}{}", duration.count() / unit.in_ms, unit.name);
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    const auto distance = [word](const std::string& candidate) {
        return edits_between(word, candidate);
    };
    const auto best = std::ranges::min_element(known, {}, distance);
    const auto near_enough = std::max<std::size_t>(2, word.size() / 3);
    return best != known.end() && distance(*best) <= near_enough ? *best : std::string();
}

} // namespace freshet::prep
