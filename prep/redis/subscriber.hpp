#pragma once

#include "prep/redis/connection.hpp"

namespace freshet::prep::redis {

struct Message {
    std::string channel;
    std::string pattern; ///< empty for a plain subscription
    std::string payload;
};

/// A pub/sub connection of its own. Reconnects with backoff and subscribes again by itself; what was
/// published while it was away is lost, as pub/sub loses it, and next() tells so once with an `unavailable`
/// error ("subscription restored ...") so that a caller can look at the durable state instead.
///
/// Thread, lifetime and stop() as for Connection.
class Subscriber {
public:
    Subscriber(boost::asio::any_io_executor executor, Settings settings, std::string name = "freshet-sub");
    ~Subscriber();
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    /// Connects, receives and reconnects until stop(). Run it once.
    boost::asio::awaitable<void> run();
    void stop() noexcept;

    /// Returns when Redis has confirmed it: what is published from then on arrives. Kept over reconnects.
    ///   unavailable   not confirmed within the settings' command_timeout; says why. It stays wanted and is
    ///   made when
    ///                 Redis is back.
    ///   refused       Redis' own answer, e.g. NOPERM; not wanted any more.
    ///   canceled      stop() was called, or the waiting coroutine was cancelled (it stays wanted).
    boost::asio::awaitable<Result<>> subscribe(std::vector<std::string> channels);
    boost::asio::awaitable<Result<>> subscribe_patterns(std::vector<std::string> patterns);
    /// Returns when Redis has confirmed it. What arrived before can still be read. Errors as for subscribe().
    boost::asio::awaitable<Result<>> unsubscribe(std::vector<std::string> channels);

    /// The next message, in order of arrival; canceled after stop(). One caller at a time. Up to 10,000
    /// messages are kept for a slow reader; past that the oldest go, counted and logged.
    boost::asio::awaitable<Result<Message>> next();

private:
    class Impl;
    std::shared_ptr<Impl> impl_; ///< run() shares it
};

} // namespace freshet::prep::redis
