#pragma once

#include "rules/error.hpp"

#include <string>
#include <string_view>

namespace freshet::jobs {

/// A random UUID (version 4) with hyphens, as RQ makes its job ids.
std::string new_job_id();

/// 32 random hexadecimal digits, as RQ 2.x makes its execution ids.
std::string new_execution_id();

/// Job ids that a caller chooses match [A-Za-z0-9_-]+ and have at most 255 characters; else bad_input.
Result<> check_job_id(std::string_view id);

/// Queue names: not empty, at most 255 characters, no control characters, spaces or ':'; else bad_input.
Result<> check_queue_name(std::string_view name);

} // namespace freshet::jobs
