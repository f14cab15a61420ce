#pragma once

#include "prep/logging.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace freshet {

/// While the token lives, log_to_stderr() writes the lines of that run from `level` on, whatever the
/// threshold of the process. Where several tokens of a run live, the most talkative counts. Thread-safe.
std::shared_ptr<const void> set_run_log_level(std::string run_id, Severity level);

/// Nothing if no token of that run lives. Thread-safe.
std::optional<Severity> run_log_level(std::string_view run_id);

} // namespace freshet
