#include "worker/process/file_descriptor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace freshet::worker {

Errc code_of(int error_number) {
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
        return Errc::not_found;
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case ENOMEM:
        return Errc::unavailable;
    default:
        return Errc::refused;
    }
}

FileDescriptor::~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Error system_error(std::string_view action, const std::filesystem::path& file, int error_number) {
    return {
        code_of(error_number), fmt::format("{} {}: {}", action, file.string(), std::strerror(error_number))};
}

} // namespace freshet::worker
