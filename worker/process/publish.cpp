#include "worker/process/publish.hpp"

#include "prep/logging.hpp"
#include "worker/process/file_descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>
#include <vector>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = ".scratch-";

const Logger logger("scratch");

void remove_folder(const fs::path& folder) {
    std::error_code failed;
    fs::remove_all(folder, failed);
    if (failed) logger.warning(fmt::format("cannot remove {}: {}", folder.string(), failed.message()));
}

Result<> require_content(const fs::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return Error{Errc::not_found, fmt::format("expected output {} is missing", file.string())};
        return system_error("cannot look at the expected output", file, errno);
    }
    if (!S_ISREG(found.st_mode))
        return Error{Errc::not_found, fmt::format("expected output {} is not a file", file.string())};
    if (found.st_size == 0)
        return Error{Errc::not_found, fmt::format("expected output {} is empty", file.string())};
    return {};
}

Result<> sync(const fs::path& path, int flags) {
    const FileDescriptor file(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
    if (!file) return system_error("cannot open", path, errno);
    if (::fsync(file.get()) != 0) return system_error("cannot write to disk:", path, errno);
    return {};
}

std::string in_place(std::span<const Scratch::Output> outputs) {
    if (outputs.empty()) return "no output is in place yet";
    std::string text = "already in place:";
    for (const auto& output : outputs)
        text += fmt::format(" {}", output.destination.string());
    return text;
}

/// Scratch folders and the executions that made them.
using ScratchFolders = std::vector<std::pair<fs::path, std::string>>;

Result<ScratchFolders> scratch_in(const fs::path& parent) {
    ScratchFolders found;
    std::error_code failed;
    fs::directory_iterator entries(parent, failed);
    if (failed == std::errc::no_such_file_or_directory) return found;
    for (; !failed && entries != fs::directory_iterator(); entries.increment(failed)) {
        const std::string name = entries->path().filename().string();
        if (name.starts_with(prefix))
            found.emplace_back(entries->path(), name.substr(prefix.size(), name.rfind('.') - prefix.size()));
    }
    if (failed) return system_error("cannot list", parent, failed.value());
    return found;
}

} // namespace

Result<Scratch> Scratch::create(const fs::path& parent, std::string_view execution_id) {
    if (execution_id.empty() || execution_id.find('/') != std::string_view::npos)
        return Error{
            Errc::bad_input, fmt::format("a scratch folder cannot be named for the execution id \"{}\": "
                                         "expected some text without '/'",
                                 execution_id)};
    std::string name = (parent / fmt::format("{}{}.XXXXXX", prefix, execution_id)).string();
    if (::mkdtemp(name.data()) == nullptr)
        return system_error("cannot make a scratch folder in", parent, errno);
    return Scratch(name);
}

Scratch::Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}

Scratch& Scratch::operator=(Scratch&& other) noexcept {
    path_.swap(other.path_);
    return *this;
}

Scratch::~Scratch() {
    if (!path_.empty()) remove_folder(path_);
}

Result<> Scratch::publish(std::span<const Output> outputs, const LeaseCheck& lease_is_held) const {
    for (const Output& output : outputs)
        if (auto whole = require_content(path_ / output.made); !whole) return whole;
    for (const Output& output : outputs)
        if (auto synced = sync(path_ / output.made, 0); !synced) return synced;
    if (!lease_is_held())
        return Error{Errc::lease_lost,
            fmt::format("outputs in {} are not published: the lease is no longer held", path_.string())};

    std::set<fs::path> folders;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const fs::path made = path_ / outputs[i].made;
        if (::rename(made.c_str(), outputs[i].destination.c_str()) != 0) {
            Error error = system_error(
                fmt::format("cannot rename {} to", made.string()), outputs[i].destination, errno);
            error.message += fmt::format("; {}", in_place(outputs.first(i)));
            return error;
        }
        folders.insert(fs::absolute(outputs[i].destination).parent_path());
    }
    for (const fs::path& folder : folders)
        if (auto synced = sync(folder, O_DIRECTORY); !synced) return synced;
    return {};
}

Result<> link_or_copy(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::create_hard_link(from, to, failed);
    if (failed) fs::copy_file(from, to, failed);
    if (!failed) return {};
    return Error{Errc::not_found,
        fmt::format("cannot copy {} to {}: {}", from.string(), to.string(), failed.message())};
}

Result<std::vector<std::string>> executions_with_scratch(const fs::path& parent) {
    const auto found = scratch_in(parent);
    if (!found) return found.error();
    std::set<std::string> executions;
    for (const auto& [folder, execution] : *found)
        executions.insert(execution);
    return std::vector(executions.begin(), executions.end());
}

Result<std::size_t> remove_abandoned_scratch(
    const fs::path& parent, std::span<const std::string> execution_ids) {
    const auto found = scratch_in(parent);
    if (!found) return found.error();
    std::size_t removed = 0;
    for (const auto& [folder, execution] : *found) {
        if (std::find(execution_ids.begin(), execution_ids.end(), execution) == execution_ids.end()) continue;
        remove_folder(folder);
        ++removed;
    }
    return removed;
}

} // namespace freshet::worker
