#pragma once

#include "worker/programs/watershed/abstraction.hpp"

#include <string>

namespace freshet::watershed {

/// "top", "left" or "right".
const char* to_string(Side side) noexcept;

/// Tables with a heading line, comma separated; columns and units are in the README.
std::string hillslopes_csv(const Abstraction& abstraction);
std::string channels_csv(const Abstraction& abstraction);

/// A line for each channel that others drain into: `channel|channel above,channel above`.
std::string network_text(const Abstraction& abstraction);

} // namespace freshet::watershed
