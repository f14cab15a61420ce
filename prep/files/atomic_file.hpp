#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace freshet::prep {

/// Replaces a file as a whole: temporary file in the same directory, fsync, rename, fsync of the directory. A
/// reader sees the old text or the new one. Blocks the calling thread for the disk's time. On an error the
/// old file stands (unless only the directory's fsync failed: then the new one may not survive a power cut)
/// and no temporary file is left.
Result<> write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// The whole text of a file; not_found, or bad_input past `limit` bytes, or unavailable with the system's
/// reason.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);

} // namespace freshet::prep
