#pragma once

#include "rules/error.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker {

/// A scratch folder in which one execution writes its outputs before they get their final names, so that a
/// run directory never holds half an output that looks whole. Its name is `.scratch-<execution id>.<six
/// characters>`. The destructor removes it with all that is left in it.
///
/// Everything here blocks on the file system: call it from the worker pool, not from the I/O thread.
class Scratch {
public:
    /// A file to publish.
    struct Output {
        std::filesystem::path made;        ///< relative to the scratch folder
        std::filesystem::path destination; ///< on the same file system; its folder exists
    };

    /// Asked once, after the files are on disk and before the first of them is renamed.
    using LeaseCheck = std::function<bool()>;

    /// Makes the folder inside `parent`, which must exist. `execution_id` must not be empty nor hold '/' .
    static Result<Scratch> create(const std::filesystem::path& parent, std::string_view execution_id);

    Scratch(Scratch&& other) noexcept;
    Scratch& operator=(Scratch&& other) noexcept;
    ~Scratch();

    const std::filesystem::path& path() const noexcept { return path_; }

    /// Puts all outputs in place, or none if one is missing or empty (Errc::not_found, naming it) or if the
    /// lease is not held (Errc::lease_lost): fsync of each file, then the lease check, then the renames in
    /// the order given, then fsync of each destination's folder. Several renames are not one atomic step: put
    /// the file that readers look at first last. An error of a rename says which files are already in place.
    Result<> publish(std::span<const Output> outputs, const LeaseCheck& lease_is_held) const;

private:
    explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
};

/// Puts `from` at `to`: a hard link where the file system allows it, else a copy.
Result<> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

/// The executions whose scratch folders are directly inside `parent`, each once; none if that is not there.
Result<std::vector<std::string>> executions_with_scratch(const std::filesystem::path& parent);

/// Removes the scratch folders directly inside `parent` that the given executions, which must be over, have
/// left behind. Returns how many; a folder that is not there is fine, also `parent`.
Result<std::size_t> remove_abandoned_scratch(
    const std::filesystem::path& parent, std::span<const std::string> execution_ids);

} // namespace freshet::worker
