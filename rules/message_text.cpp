#include "rules/message_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace freshet::rules {
namespace {

constexpr std::size_t longest_shown = 80;

std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t exchanged = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({exchanged, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string quoted(std::string_view text) {
    std::string shown = "\"";
    for (const char c : text.substr(0, longest_shown)) {
        if (c == '"' || c == '\\')
            shown += {'\\', c};
        else if (c >= ' ' && c <= '~')
            shown += c;
        else
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    shown += text.size() > longest_shown ? "\"..." : "\"";
    return shown;
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
    if (candidates.empty() || word.size() > longest_shown) return std::nullopt;
    const auto best = std::ranges::min_element(
        candidates, {}, [&](std::string_view candidate) { return edit_distance(word, candidate); });
    if (edit_distance(word, *best) > word.size() / 3) return std::nullopt;
    return *best;
}

} // namespace freshet::rules
