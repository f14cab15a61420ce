#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

namespace freshet::worker {

/// An open file descriptor, closed by its owner.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~FileDescriptor();

    int get() const noexcept { return descriptor_; }
    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }

private:
    int descriptor_ = -1;
};

/// `action` failed with `error_number` (errno) on `file`: an Error whose message ends in the system's reason.
Error system_error(std::string_view action, const std::filesystem::path& file, int error_number);

/// The kind of error that errno stands for.
Errc code_of(int error_number);

} // namespace freshet::worker
