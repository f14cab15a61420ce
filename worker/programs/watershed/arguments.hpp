#pragma once

#include "worker/programs/watershed/steps.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace freshet::watershed {

using Command = std::variant<ChannelsStep, OutletStep, AbstractStep>;

bool asks_for_help(std::span<const std::string_view> arguments);

/// What the command line asks for; bad_input for anything that is not known, missing, or not a number in
/// range.
Result<Command> parse_arguments(std::span<const std::string_view> arguments);

std::string usage();

} // namespace freshet::watershed
