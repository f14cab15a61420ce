#pragma once

#include "rules/error.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>

namespace freshet::prep {

/// A file's identity as the cache and stale writes see it.
struct FileSignature {
    std::int64_t seconds = 0; ///< modification time
    std::int64_t nanoseconds = 0;
    std::uint64_t size = 0;

    friend bool operator==(const FileSignature&, const FileSignature&) = default;
};

/// not_found if there is no such file.
Result<FileSignature> signature_of(const std::filesystem::path& path);

/// A controller's document (`<name>.nodb`): JSON object, fields that are not ours preserved in order. Blocks
/// on the file system.
class ControllerFile {
public:
    /// not_found, or bad_input that names the file and the place where it is not JSON.
    static Result<ControllerFile> load(std::filesystem::path path);

    const std::filesystem::path& path() const noexcept { return path_; }
    boost::json::object& document() noexcept { return document_; }
    const boost::json::object& document() const noexcept { return document_; }

    /// stale if the file is not the one that was loaded or last saved: somebody else has written it.
    Result<> check_unchanged() const;
    /// Replaces the file as a whole (atomic_file.hpp), if it is unchanged.
    Result<> save();

private:
    ControllerFile(std::filesystem::path path, boost::json::object document, FileSignature signature);

    std::filesystem::path path_;
    boost::json::object document_;
    FileSignature signature_;
};

} // namespace freshet::prep
