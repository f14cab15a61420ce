#pragma once

#include "jobs/queue/worker_registry.hpp"
#include "worker/runtime/executor.hpp"

#include <functional>
#include <string>
#include <vector>

namespace freshet::worker {

/// Makes the slots known as RQ workers, so that RQ's tools show them: at the start, then every few seconds
/// with what each slot is doing and has done. A job that is shorter than that is counted, but not shown: it
/// must not pay for it. A report also learns that an operator wants the process drained.
class Registration {
public:
    Registration(prep::redis::Connection& queue_db, Executor& executor, std::vector<std::string> queues,
        std::function<void()> drain);

    /// Until cancelled. While Redis is away it tries again.
    boost::asio::awaitable<void> run();
    /// Notes the workers' death. After run().
    boost::asio::awaitable<void> leave();

private:
    boost::asio::awaitable<void> report();

    Executor& executor_;
    jobs::WorkerRegistry registry_;
    std::function<void()> drain_;
    bool registered_ = false;
};

} // namespace freshet::worker
