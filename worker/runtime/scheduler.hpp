#pragma once

#include "jobs/queue/schedule.hpp"
#include "prep/async/event.hpp"

#include <boost/asio/awaitable.hpp>

namespace freshet::worker {

/// Puts jobs on their queues when their time has come: delayed ones and further attempts. Beside RQ's
/// scheduler and those of other workers one at a time works on a queue.
class Scheduler {
public:
    Scheduler(prep::redis::Connection& queue_db, std::vector<std::string> queues);

    /// Until cancelled.
    boost::asio::awaitable<void> run();
    /// Lets others take over at once. After run().
    boost::asio::awaitable<void> leave();

private:
    jobs::Schedule schedule_;
};

} // namespace freshet::worker
