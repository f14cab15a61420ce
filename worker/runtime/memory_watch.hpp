#pragma once

#include "worker/runtime/executor.hpp"

#include <cstdint>
#include <functional>

namespace freshet::worker {

/// Resident memory of this process, bytes; 0 if the system does not tell.
std::uint64_t resident_memory();

/// Looks at this process' memory after each job and every few seconds, and tells once when it is beyond the
/// limit. Not before the first job has ended: a worker whose limit is too low still does its work.
class MemoryWatch {
public:
    /// `limit` 0: never.
    MemoryWatch(Executor& executor, std::uint64_t limit, std::function<void()> outgrown)
        : executor_(executor), limit_(limit), outgrown_(std::move(outgrown)) {}

    /// Until it has told, or cancelled.
    boost::asio::awaitable<void> run();

private:
    Executor& executor_;
    std::uint64_t limit_;
    std::function<void()> outgrown_;
};

} // namespace freshet::worker
