#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <functional>

namespace freshet::worker {

/// Publishes results that are a whole folder, such that no reader ever finds files of two executions in it.
/// File systems without an exchanging rename (NFS) allow no single step for that, so it takes two:
///
///     rename  watershed            -> .watershed.earlier     readers find no folder (ENOENT) ...
///     rename  <scratch>/watershed  -> watershed              ... until here: two renames, some microseconds
///     remove  .watershed.earlier
///
/// Who is killed between the two leaves the earlier folder whole under the other name. restore_folder() puts
/// it back: each task that reads the folder calls it first, and a task whose worker died runs again.
/// A reader that opens several files across the swap should compare what it read with the controller, which
/// is written after it.
///
/// Both block on the file system. For callers that hold the lock of the folder's root (run_update.hpp).

/// Puts folder `made` in the place of `destination`, which may be there or not, on one file system: fsync of
/// every file and folder, then `lease_is_held`, then the swap, then fsync of the folder above. If the lease
/// is gone (lease_lost), and on any other error before the swap is done, the earlier folder stands.
Result<> publish_folder(const std::filesystem::path& made, const std::filesystem::path& destination,
    const std::function<bool()>& lease_is_held);

/// Undoes a swap that was cut short, finishes one that was not cleaned up.
Result<> restore_folder(const std::filesystem::path& destination);

} // namespace freshet::worker
