#pragma once

#include "prep/files/file_operations.hpp"
#include "prep/files/signature.hpp"
#include "rules/error.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace freshet::prep {

struct ReplaceOptions {
    /// The new file's modification time will be later than this file's, visibly so in FileSignature::mtime(),
    /// whatever the clock says. Nothing: what the clock says.
    std::optional<FileSignature> newer_than = std::nullopt;
    /// Asked when the new text is safe on disk, just before it takes the file's place; an error stops it.
    std::function<Result<>()> still_allowed = nullptr;
    FileOperations* files = &system_files();
};

struct Replaced {
    FileSignature signature; ///< of the new file
    /// The directory's fsync failed: the new file is there for all to read, but a power cut may bring the old
    /// one back.
    std::optional<Error> not_durable;
};

/// Replaces a file as a whole: temporary file in the same directory, fsync, rename, fsync of the directory. A
/// reader sees the old text or the new one. Blocks the calling thread for the disk's time. On an error the
/// old file stands and no temporary file is left; what a killed writer left goes with the first replacement
/// ten minutes later. A directory that cannot be synced at all (EINVAL of some network file systems) counts
/// as synced.
Result<Replaced> replace_file(
    const std::filesystem::path& path, std::string_view text, const ReplaceOptions& options = {});

/// The same; a directory that could not be synced is an error too.
Result<> write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// The whole text of a file; not_found, or bad_input past `limit` bytes, or unavailable with the system's
/// reason.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);

struct Snapshot {
    std::string text;
    FileSignature signature;
};

/// Text and signature that belong together: the file did not change while it was read. A file that is written
/// in place all the time ends as `stale`. Other errors as read_file().
Result<Snapshot> read_snapshot(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);

} // namespace freshet::prep
