#pragma once

#include "rules/error.hpp"

#include <chrono>
#include <filesystem>

namespace freshet::worker {

/// Whether a .cli file is whole: its heading, then a line for each day from `first` to `last`, in order.
/// Returns the number of days. A program that says it succeeded is not
/// believed without this: CLIGEN writes a header-only file for a junk input and exits with 0. The error names
/// file, line, expected, found. Reads the whole file: not for the I/O thread.
Result<int> check_cli(
    const std::filesystem::path& file, std::chrono::sys_days first, std::chrono::sys_days last);

} // namespace freshet::worker
