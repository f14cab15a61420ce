#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace freshet::prep {

/// Wakes coroutines that wait for a state to change. It carries no state itself: look, wait, look again.
/// Between a look and the wait nothing else runs, because both are on one executor thread or strand. Not
/// thread-safe.
class Event {
public:
    explicit Event(boost::asio::any_io_executor executor);

    /// Wakes all that wait now.
    void notify();

    /// Returns at the next notify(). Cancellation throws boost::system::system_error (operation_aborted).
    boost::asio::awaitable<void> wait();
    /// The same, or after `limit`.
    boost::asio::awaitable<void> wait_for(std::chrono::milliseconds limit);

private:
    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer woken_;
};

/// Waits; cancellation throws.
boost::asio::awaitable<void> pause(std::chrono::milliseconds time);

} // namespace freshet::prep
