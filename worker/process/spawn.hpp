#pragma once

#include "rules/error.hpp"
#include "worker/process/child.hpp"

#include <sys/types.h>

#include <filesystem>
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

/// The worker's ends of a supervisor that has been started. All are closed on exec.
/// The owner waits for `pid` once `process` is readable; closing `control` makes the supervisor kill its
/// tree.
struct Supervisor {
    pid_t pid = -1;
    FileDescriptor process; ///< a pidfd: readable when the supervisor has exited
    FileDescriptor control; ///< a stream socket that speaks supervise_protocol.hpp
    FileDescriptor output; ///< what the program writes to standard output, and to standard error unless split
    FileDescriptor error_output; ///< its standard error if `spec` has a file of its own for it; else none
};

/// Starts freshet-supervise for the program of `spec`, in a session of its own. That the program itself could
/// not be started is told over `control`; here fails what the worker sees: a missing supervisor, a standard
/// input file that cannot be opened, no more descriptors or processes. Blocks for about a millisecond.
Result<Supervisor> start_supervisor(const ChildSpec& spec);

/// The supervisor program that `spec` names, or else the one beside this executable.
std::filesystem::path supervisor_program(const ChildSpec& spec);

/// `action` failed with `error_number` (errno) on `file`: an Error whose message ends in the system's reason.
Error system_error(std::string_view action, const std::filesystem::path& file, int error_number);

} // namespace freshet::worker
