#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <string_view>

namespace freshet::model {

/// Writes `text` to `path` by way of `<path>.part` and a rename, so that a file under its final name is
/// whole. Errors: refused with the system's reason (no such folder, no space left, not allowed); the part
/// file is removed.
Result<> write_file(const std::filesystem::path& path, std::string_view text);

} // namespace freshet::model
