#include "prep/files/file_operations.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace freshet::prep {

int FileOperations::create(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0664);
}

ssize_t FileOperations::write(int file, const char* data, std::size_t size) {
    return ::write(file, data, size);
}

int FileOperations::set_modification_time(int file, timespec time) {
    const timespec times[]{{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, time};
    return ::futimens(file, times);
}

int FileOperations::sync_file(int file) {
    return ::fsync(file);
}

int FileOperations::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    return ::rename(from.c_str(), to.c_str());
}

int FileOperations::sync_directory(int directory) {
    return ::fsync(directory);
}

FileOperations& system_files() noexcept {
    static FileOperations operations;
    return operations;
}

} // namespace freshet::prep
