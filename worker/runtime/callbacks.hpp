#pragma once

#include "jobs/queue/work_queue.hpp"
#include "worker/runtime/task.hpp"

#include <boost/asio/awaitable.hpp>

namespace freshet::worker {

/// bad_input if a job has Python callbacks that are neither mapped to tasks nor ignored: what its producer
/// counts on would not happen.
Result<> check_callbacks(const jobs::PythonCallbacks& callbacks, const CallbackSettings& settings);

/// Enqueues the task that stands in for the callback of this end, on the job's queue and with its arguments.
/// To be called before the completion: the new job waits for this one, so it starts if and only if the end is
/// recorded. Nothing for an attempt after which the job is tried again. Waits while Redis is away.
boost::asio::awaitable<void> enqueue_callback(
    const Execution& execution, const jobs::Completion& completion, const TaskServices& services);

} // namespace freshet::worker
