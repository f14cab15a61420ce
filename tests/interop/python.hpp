#pragma once

#include <string>

namespace freshet::tests {

/// Runs a few lines of Python with RQ and returns what they print, without the last line break. Defined for
/// them are `connection` (the queue's database of the server behind `socket`), RQ's Queue, Job, Retry,
/// JSONSerializer and registries, `default`, the queue of that name, and wait_until(condition). Throws with
/// the traceback if they fail.
std::string python(const std::string& socket, const std::string& lines);

} // namespace freshet::tests
