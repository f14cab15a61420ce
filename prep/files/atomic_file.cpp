#include "prep/files/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <system_error>

namespace freshet::prep {
namespace {

namespace fs = std::filesystem;

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

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

fs::path temporary_beside(const fs::path& path) {
    std::random_device random;
    return path.parent_path() /
           fmt::format(".{}.{:08x}{:08x}.tmp", path.filename().string(), random(), random());
}

Result<> write_temporary(const fs::path& temporary, std::string_view text) {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0664));
    if (!file) return failed("open", temporary);
    if (!write_all(file.get(), text)) return failed("write", temporary);
    if (::fsync(file.get()) != 0) return failed("fsync", temporary);
    return {};
}

Result<> sync_directory(const fs::path& path) {
    const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const Descriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file) return failed("open", directory);
    if (::fsync(file.get()) != 0) return failed("fsync", directory);
    return {};
}

} // namespace

Result<> write_file_atomically(const fs::path& path, std::string_view text) {
    const fs::path temporary = temporary_beside(path);
    auto written = write_temporary(temporary, text);
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = failed("rename", path);
    if (!written) {
        ::unlink(temporary.c_str());
        return written.error();
    }
    return sync_directory(path);
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return failed("open", path);
    std::string text;
    char buffer[65536];
    while (true) {
        const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", path);
        if (got == 0) return text;
        text.append(buffer, static_cast<std::size_t>(got));
        if (text.size() > limit)
            return Error{Errc::bad_input, fmt::format("{}: larger than {} bytes", path.string(), limit)};
    }
}

} // namespace freshet::prep
