#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

namespace freshet::model {

/// Adds formatted text to a report.
template <class... Arguments>
void append(std::string& text, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Arguments>(arguments)...);
}

} // namespace freshet::model
