#pragma once

#include "prep/files/atomic_file.hpp"
#include "prep/files/signature.hpp"
#include "prep/store/document.hpp"
#include "rules/error.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace freshet::prep {

struct SaveOptions {
    /// Asked just before the new file takes the old one's place; an error stops it.
    std::function<Result<>()> still_allowed = nullptr;
    FileOperations* files = &system_files();
};

/// A controller (`<run dir>/<name>.nodb`) as it was read, with the signature of the file that it was read
/// from. What is not ours in its document stays as it is (document.hpp). Blocks on the file system. Thread:
/// one at a time.
class Controller {
public:
    /// Reads the file. not_found, or bad_input that names the file and the place where it is not JSON.
    static Result<Controller> load(std::filesystem::path path);
    /// A controller that nobody has saved yet: save() is refused if the file is there meanwhile.
    static Result<Controller> create(std::filesystem::path path);
    /// From a cache entry of that file: the text with the fields _nodb_mtime and _nodb_size, which must be
    /// those of `present`. stale if they are not; bad_input if the entry is damaged.
    static Result<Controller> from_cache(
        std::filesystem::path path, std::string entry, const FileSignature& present);
    /// The entry that others may read from the cache instead of the file. Only for a document as loaded or
    /// saved.
    std::string cache_entry() const;

    const std::filesystem::path& path() const noexcept { return path_; }
    /// `climate` for .../climate.nodb
    std::string name() const { return path_.stem().string(); }
    /// Of the file as loaded or last saved; nothing before the first save of a new one.
    const std::optional<FileSignature>& signature() const noexcept { return signature_; }

    Document& document() noexcept { return document_; }
    const Document& document() const noexcept { return document_; }

    /// Fields by JSON pointer. Absent and null read as nothing; what is neither that nor of the kind asked
    /// for is bad_input: "climate.nodb: field '/years': expected an integer 1..999, found "x"".
    Result<std::optional<std::int64_t>> integer(
        std::string_view pointer, std::int64_t least, std::int64_t most) const;
    Result<std::optional<double>> number(std::string_view pointer) const;
    Result<std::optional<std::string>> string(std::string_view pointer) const;
    Result<std::optional<bool>> boolean(std::string_view pointer) const;
    /// A path relative to the run's folder that does not leave it.
    Result<std::optional<std::filesystem::path>> path_in_run(std::string_view pointer) const;

    /// stale if the file is not the one that was loaded or last saved: somebody else has written it.
    Result<> check_unchanged() const;
    /// Replaces the file as a whole (replace_file), if it is unchanged; its modification time grows in any
    /// case. unknown_fate: the new file is there, but the directory could not be synced.
    Result<> save(const SaveOptions& options = {});

private:
    Controller(std::filesystem::path path, Document document, std::optional<FileSignature> signature);
    Error unexpected(
        std::string_view pointer, std::string_view expected, const boost::json::value& found) const;

    std::filesystem::path path_;
    Document document_;
    std::optional<FileSignature> signature_;
};

} // namespace freshet::prep
