#pragma once

#include "prep/files/file_operations.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::tests {

/// The steps by which a file is replaced, in their order.
inline const std::vector<std::string> replace_steps{
    "create", "write", "sync_file", "rename", "sync_directory"};

/// The system's file operations, but something happens instead of one step: `instead` answers for it.
class FilesWith : public prep::FileOperations {
public:
    FilesWith(std::string step, std::function<int()> instead)
        : step_(std::move(step)), instead_(std::move(instead)) {}

    static FilesWith failing(std::string step, int reason) {
        return {std::move(step), [reason] {
                    errno = reason;
                    return -1;
                }};
    }
    /// The process dies before the step.
    static FilesWith killed_at(std::string step) {
        return {std::move(step), []() -> int {
                    kill(getpid(), SIGKILL);
                    pause();
                    return -1;
                }};
    }

    int create(const std::filesystem::path& path) override {
        return step_ == "create" ? instead_() : FileOperations::create(path);
    }
    ssize_t write(int file, const char* data, std::size_t size) override {
        if (step_ != "write") return FileOperations::write(file, data, size);
        if (size > 1) return FileOperations::write(file, data, size / 2); // half of it, then the fault
        return instead_();
    }
    int sync_file(int file) override {
        return step_ == "sync_file" ? instead_() : FileOperations::sync_file(file);
    }
    int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        return step_ == "rename" ? instead_() : FileOperations::rename(from, to);
    }
    int sync_directory(int directory) override {
        return step_ == "sync_directory" ? instead_() : FileOperations::sync_directory(directory);
    }

private:
    std::string step_;
    std::function<int()> instead_;
};

} // namespace freshet::tests
