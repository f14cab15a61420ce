#pragma once

#include "worker/runtime/executor.hpp"

namespace freshet::worker {

/// Renews the leases of everything that runs in this process, in one call each third of the lease, and stops
/// executions whose lease turns out to be gone or whose stop was asked for.
class Heartbeat {
public:
    Heartbeat(jobs::WorkQueue& queue, Executor& executor) : queue_(queue), executor_(executor) {}

    /// Until cancelled.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<void> beat();

    jobs::WorkQueue& queue_;
    Executor& executor_;
};

} // namespace freshet::worker
