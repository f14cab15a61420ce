#include "worker/tasks/folder_swap.hpp"

#include "prep/logging.hpp"
#include "worker/process/file_descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

const Logger logger("folder-swap");

fs::path earlier_of(const fs::path& destination) {
    return destination.parent_path() / fmt::format(".{}.earlier", destination.filename().string());
}

Result<> sync(const fs::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return system_error("cannot open", path, errno);
    if (::fsync(file.get()) != 0) return system_error("cannot write to disk:", path, errno);
    return {};
}

Result<> sync_all(const fs::path& folder) {
    std::error_code failed;
    fs::recursive_directory_iterator entries(folder, failed);
    for (; !failed && entries != fs::recursive_directory_iterator(); entries.increment(failed))
        if (entries->is_regular_file(failed) || entries->is_directory(failed))
            if (auto synced = sync(entries->path()); !synced) return synced;
    if (failed) return system_error("cannot list", folder, failed.value());
    return sync(folder);
}

Result<> move(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error(fmt::format("cannot rename {} to", from.string()), to, errno);
}

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

void remove_earlier(const fs::path& earlier) {
    std::error_code failed;
    fs::remove_all(earlier, failed);
    if (failed) logger.warning(fmt::format("cannot remove {}: {}", earlier.string(), failed.message()));
}

} // namespace

Result<> publish_folder(
    const fs::path& made, const fs::path& destination, const std::function<bool()>& lease_is_held) {
    if (auto synced = sync_all(made); !synced) return synced;
    if (!lease_is_held())
        return Error{Errc::lease_lost,
            fmt::format("{} is not published: the lease is no longer held", destination.string())};
    if (auto restored = restore_folder(destination); !restored) return restored;

    const fs::path earlier = earlier_of(destination);
    if (is_there(destination))
        if (auto moved = move(destination, earlier); !moved) return moved;
    if (auto moved = move(made, destination); !moved) {
        if (auto restored = restore_folder(destination); !restored) logger.error(restored.error().message);
        return moved;
    }
    auto synced = sync(destination.parent_path());
    remove_earlier(earlier);
    return synced;
}

Result<> restore_folder(const fs::path& destination) {
    const fs::path earlier = earlier_of(destination);
    if (!is_there(earlier)) return {};
    if (!is_there(destination)) return move(earlier, destination);
    remove_earlier(earlier);
    return {};
}

} // namespace freshet::worker
