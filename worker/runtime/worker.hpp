#pragma once

#include "worker/runtime/task.hpp"
#include "worker/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace freshet::worker {

/// A worker process' runtime: wires the roles (puller, executor, completer, heartbeat, janitor) to two
/// connections to Redis, and takes them down in order.
class Worker {
public:
    /// `executor`: one thread or a strand; everything runs there but work that tasks put on the CPU pool.
    /// Throws Failure for a file of periodic jobs that cannot be read.
    Worker(boost::asio::any_io_executor executor, Settings settings, TaskTable tasks);
    ~Worker();

    enum class Ending {
        done,
        outgrown ///< it used too much memory: a new process should take its place
    };
    /// Works until drain() or stop_now(), with --burst until the queues are empty and its jobs have ended,
    /// or until a limit of the settings is reached. Returns when nothing of it runs any more.
    boost::asio::awaitable<Ending> run();

    /// Takes no new jobs and lets the running ones end, up to the drain limit; then as stop_now().
    void drain();
    /// Stops the running jobs and returns them to the heads of their queues.
    void stop_now();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace freshet::worker
