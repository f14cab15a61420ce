#pragma once

#include "rules/error.hpp"
#include "worker/process/child.hpp"
#include "worker/process/file_descriptor.hpp"

#include <sys/types.h>

#include <filesystem>
namespace freshet::worker {

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

} // namespace freshet::worker
