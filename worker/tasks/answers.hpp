#pragma once

#include "rules/error.hpp"

#include <map>
#include <string>
#include <string_view>

namespace freshet::worker {

/// A template of what a program is answered on standard input, with its placeholders (`{years}`) replaced.
/// bad_input names one that is unknown. `name` is for messages.
Result<std::string> fill_answers(
    std::string_view text, const std::map<std::string, std::string>& values, std::string_view name);

} // namespace freshet::worker
