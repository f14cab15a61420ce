#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace freshet::prep::redis {

/// One coroutine waits, anyone on its executor wakes it. A wake-up that comes while nobody waits is kept for
/// the next wait. Cheaper than a timer: neither a queue nor an allocation of its own. Not thread-safe.
class Wakeup {
public:
    /// Returns after notify(), or when the waiting coroutine is cancelled: the caller looks at its own state
    /// to see which. The object must outlive the wait.
    boost::asio::awaitable<void> wait();
    void notify() noexcept;
    /// The same, but the coroutine goes on within this call, up to its next suspension.
    void run_waiter() noexcept;

private:
    using Waiter = boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;

    void resume();
    Waiter take_waiter();

    std::optional<Waiter> waiter_;
    bool notified_ = false;
};

} // namespace freshet::prep::redis
