#pragma once

#include "prep/async/event.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <list>
#include <string>

namespace freshet::prep {

/// Coroutines that belong together: their owner spawns them here, can cancel them all, and waits for them
/// before it goes. An exception that leaves one of them is logged as an error with the coroutine's name
/// (cancellation is none). Not thread-safe; all on one executor. The group must outlive its coroutines:
/// join() before the destructor.
class CoroutineGroup {
public:
    explicit CoroutineGroup(boost::asio::any_io_executor executor);

    void spawn(std::string name, boost::asio::awaitable<void> coroutine);
    /// Terminal cancellation of all that run now.
    void cancel();
    /// Waits until none is left. Is not ended by cancellation: the owner cannot go before them.
    boost::asio::awaitable<void> join();
    std::size_t size() const noexcept { return running_.size(); }

private:
    boost::asio::any_io_executor executor_;
    std::list<boost::asio::cancellation_signal> running_;
    Event ended_;
};

} // namespace freshet::prep
