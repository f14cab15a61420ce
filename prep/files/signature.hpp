#pragma once

#include "rules/error.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

namespace freshet::prep {

/// A file's identity as the cache and stale writes see it.
struct FileSignature {
    std::int64_t seconds = 0; ///< modification time
    std::int64_t nanoseconds = 0;
    std::uint64_t size = 0;

    /// The modification time as Python's os.stat(...).st_mtime rounds it; it tells apart what lies 240 ns or
    /// more asunder.
    double mtime() const noexcept {
        return static_cast<double>(seconds) + 1e-9 * static_cast<double>(nanoseconds);
    }

    friend bool operator==(const FileSignature&, const FileSignature&) = default;
};

FileSignature signature_of(const struct stat& status) noexcept;

/// Opens the file to ask for it: a network file system then asks its server, where a plain stat may be
/// answered from an old attribute cache. not_found if there is no such file.
Result<FileSignature> signature_of(const std::filesystem::path& path);

} // namespace freshet::prep
