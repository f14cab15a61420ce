#include "prep/files/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <system_error>

namespace freshet::prep {
namespace {

namespace fs = std::filesystem;

constexpr int snapshot_attempts = 10;
constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;
constexpr std::int64_t longest_writing_s = 600;

class Descriptor {
public:
    explicit Descriptor(int raw) : raw_(raw) {}
    ~Descriptor() {
        if (raw_ >= 0) ::close(raw_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return raw_; }
    explicit operator bool() const { return raw_ >= 0; }

private:
    int raw_;
};

Error failed(const char* what, const fs::path& path) {
    const int reason = errno;
    const auto code = reason == ENOENT ? Errc::not_found : Errc::unavailable;
    return {
        code, fmt::format("{}: {} failed: {}", path.string(), what, std::generic_category().message(reason))};
}

bool write_all(FileOperations& files, int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = files.write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

fs::path directory_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path temporary_beside(const fs::path& path) {
    std::random_device random;
    return path.parent_path() /
           fmt::format(".{}.{:08x}{:08x}.tmp", path.filename().string(), random(), random());
}

Result<FileSignature> signature_of(int descriptor, const fs::path& path) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return failed("fstat", path);
    return prep::signature_of(status);
}

timespec later_than(const FileSignature& old, std::int64_t nanoseconds) {
    const std::int64_t sum = old.nanoseconds + nanoseconds;
    return {.tv_sec = static_cast<std::time_t>(old.seconds + sum / nanoseconds_a_second),
        .tv_nsec = static_cast<long>(sum % nanoseconds_a_second)};
}

// A microsecond shows on any file system that keeps fractions; others keep whole seconds, FAT every other
// one.
Result<FileSignature> make_newer(
    FileOperations& files, int descriptor, const fs::path& path, const FileSignature& old) {
    auto present = signature_of(descriptor, path);
    for (const std::int64_t step : {std::int64_t{1'000}, nanoseconds_a_second, 2 * nanoseconds_a_second}) {
        if (!present || present->mtime() > old.mtime()) return present;
        if (files.set_modification_time(descriptor, later_than(old, step)) != 0)
            return failed("set modification time", path);
        present = signature_of(descriptor, path);
    }
    if (present && present->mtime() <= old.mtime())
        return Error{Errc::unavailable,
            fmt::format("{}: the file system does not keep modification times", path.string())};
    return present;
}

Result<FileSignature> write_temporary(
    const fs::path& temporary, std::string_view text, const ReplaceOptions& options) {
    auto& files = *options.files;
    const Descriptor file(files.create(temporary));
    if (!file) return failed("open", temporary);
    if (!write_all(files, file.get(), text)) return failed("write", temporary);
    auto signature = options.newer_than ? make_newer(files, file.get(), temporary, *options.newer_than)
                                        : signature_of(file.get(), temporary);
    if (!signature) return signature.error();
    if (files.sync_file(file.get()) != 0) return failed("fsync", temporary);
    return signature;
}

// What writers of this file have left that were killed in the middle. Nobody alive takes that long, and who
// does nevertheless finds at the rename that its file is gone.
void sweep_leftovers(const fs::path& path, const FileSignature& now) {
    const auto prefix = fmt::format(".{}.", path.filename().string());
    std::error_code failed;
    for (fs::directory_iterator entry(directory_of(path), failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const auto name = entry->path().filename().string();
        if (!name.starts_with(prefix) || !name.ends_with(".tmp")) continue;
        const auto left = prep::signature_of(entry->path());
        if (left && left->seconds + longest_writing_s < now.seconds) ::unlink(entry->path().c_str());
    }
}

std::optional<Error> sync_directory(FileOperations& files, const fs::path& path) {
    const fs::path directory = directory_of(path);
    const Descriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file) return failed("open", directory);
    if (files.sync_directory(file.get()) != 0 && errno != EINVAL) return failed("fsync", directory);
    return std::nullopt;
}

Result<std::string> read_all(int descriptor, const fs::path& path, std::size_t limit) {
    std::string text;
    char buffer[65536];
    while (true) {
        const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", path);
        if (got == 0) return text;
        text.append(buffer, static_cast<std::size_t>(got));
        if (text.size() > limit)
            return Error{Errc::bad_input, fmt::format("{}: larger than {} bytes", path.string(), limit)};
    }
}

} // namespace

FileSignature signature_of(const struct stat& status) noexcept {
    return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, static_cast<std::uint64_t>(status.st_size)};
}

Result<FileSignature> signature_of(const fs::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return failed("open", path);
    return signature_of(file.get(), path);
}

Result<Replaced> replace_file(const fs::path& path, std::string_view text, const ReplaceOptions& options) {
    const fs::path temporary = temporary_beside(path);
    auto signature = write_temporary(temporary, text, options);
    std::optional<Error> failure;
    if (!signature)
        failure = signature.error();
    else if (const auto allowed = options.still_allowed ? options.still_allowed() : Result<>{}; !allowed)
        failure = allowed.error();
    else if (options.files->rename(temporary, path) != 0)
        failure = failed("rename", path);
    if (failure) {
        ::unlink(temporary.c_str());
        return *failure;
    }
    sweep_leftovers(path, *signature);
    return Replaced{*signature, sync_directory(*options.files, path)};
}

Result<> write_file_atomically(const fs::path& path, std::string_view text) {
    const auto replaced = replace_file(path, text);
    if (!replaced) return replaced.error();
    if (replaced->not_durable) return *replaced->not_durable;
    return {};
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return failed("open", path);
    return read_all(file.get(), path, limit);
}

Result<Snapshot> read_snapshot(const fs::path& path, std::size_t limit) {
    for (int attempt = 0; attempt < snapshot_attempts; ++attempt) {
        const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file) return failed("open", path);
        const auto before = signature_of(file.get(), path);
        if (!before) return before.error();
        auto text = read_all(file.get(), path, limit);
        if (!text) return text.error();
        const auto after = signature_of(file.get(), path);
        if (!after) return after.error();
        if (*before == *after && text->size() == after->size) return Snapshot{std::move(*text), *after};
    }
    return Error{
        Errc::stale, fmt::format("{}: changed under each of {} readings", path.string(), snapshot_attempts)};
}

} // namespace freshet::prep
