#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace freshet::rules {

/// `text` in double quotes, fit for one line of a log whatever it holds: quotes, backslashes and bytes
/// outside printable ASCII are escaped (\xNN), and what exceeds 80 bytes is cut ("...").
std::string quoted(std::string_view text);

/// The candidate that `word` was probably meant to be: the one with the fewest edits (letters put in, left
/// out or exchanged), if they are at most a third of the word's letters. Of equals the first.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

} // namespace freshet::rules
