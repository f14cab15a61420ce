#pragma once

#include <sys/types.h>

#include <cstddef>
#include <ctime>
#include <filesystem>

namespace freshet::prep {

/// The system calls by which files are replaced, as a seam: tests let single steps fail or end the process
/// there. Return values and errno as the calls of the same name have them.
class FileOperations {
public:
    virtual ~FileOperations() = default;

    /// A new file, for writing only; fails if the name is taken.
    virtual int create(const std::filesystem::path& path);
    virtual ssize_t write(int file, const char* data, std::size_t size);
    virtual int set_modification_time(int file, timespec time);
    virtual int sync_file(int file);
    virtual int rename(const std::filesystem::path& from, const std::filesystem::path& to);
    virtual int sync_directory(int directory);
};

/// The operating system's own. Stateless, shared by all threads.
FileOperations& system_files() noexcept;

} // namespace freshet::prep
