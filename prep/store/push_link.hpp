#pragma once

#include "prep/redis/command.hpp"
#include "prep/redis/link.hpp"
#include "prep/redis/reply.hpp"
#include "prep/redis/wakeup.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <string>

namespace freshet::prep {

/// A connection of its own on which Redis speaks unasked: pub/sub messages, invalidations. Reconnects by
/// itself; each new connection begins with greeting(). A connection that stays silent after a PING is given
/// up.
///
/// Not thread-safe: the executor given runs on one thread or is a strand. The object must outlive run().
class PushLink {
public:
    PushLink(
        boost::asio::any_io_executor executor, redis::Settings settings, redis::ConnectionOptions options);
    virtual ~PushLink() = default;
    PushLink(const PushLink&) = delete;
    PushLink& operator=(const PushLink&) = delete;

    /// Connects and listens until stop(). Run it once.
    boost::asio::awaitable<void> run();
    void stop() noexcept;
    bool connected() const noexcept { return link_.connected(); }
    const redis::Settings& settings() const noexcept { return link_.settings(); }
    boost::asio::any_io_executor executor() noexcept { return probe_timer_.get_executor(); }

protected:
    /// What a new connection says first. `client_id` is its CLIENT ID.
    virtual std::vector<redis::Command> greeting(std::int64_t client_id) = 0;
    /// Everything that comes, replies to the greeting included, in order.
    virtual void received(const redis::ReplyView& reply) = 0;
    /// The connection is gone: what Redis says meanwhile is lost.
    virtual void lost() = 0;

    /// Says something more; nothing while there is no connection (the next one says greeting()).
    void send(const redis::Command& command);

private:
    boost::asio::awaitable<Error> serve(redis::Transport& transport);
    boost::asio::awaitable<Error> listen(redis::Transport& transport);
    boost::asio::awaitable<Error> write(redis::Transport& transport);
    boost::asio::awaitable<Error> probe();
    Error failure(std::string_view what) const;

    redis::Link link_;
    std::string output_;
    redis::Wakeup output_ready_;
    redis::Wakeup stop_requested_;
    boost::asio::steady_timer probe_timer_;
    bool heard_ = false;
    bool stopped_ = false;
};

} // namespace freshet::prep
