#pragma once

#include "rules/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep {

/// Inclusive.
template <class T>
struct Range {
    T lowest;
    T highest;
};

/// A decimal integer within `range`. bad_input says what was expected and found; the caller puts in front
/// where.
Result<std::int64_t> parse_integer(std::string_view text, Range<std::int64_t> range);

/// A time within `range`: an integer and its unit `ms`, `s`, `m` or `h`; without a unit seconds. bad_input as
/// above.
Result<std::chrono::milliseconds> parse_duration(
    std::string_view text, Range<std::chrono::milliseconds> range);

/// "500ms", "10s", "5m", "2h": in the largest unit that needs no fraction.
std::string to_text(std::chrono::milliseconds duration);

/// The word of `known` that needs the fewest edits to become `word`; empty if none is near enough to be
/// meant.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

} // namespace freshet::prep
