#pragma once

#include "prep/redis/command.hpp"
#include "prep/redis/reply.hpp"
#include "prep/redis/script.hpp"
#include "prep/redis/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace freshet::prep::redis {

struct ConnectionOptions {
    int database = 0;
    std::string name = "freshet"; ///< CLIENT SETNAME, seen in CLIENT LIST; no spaces
};

struct CallOptions {
    /// From the call to the reply; zero: the settings' command_timeout. A blocking command needs its own
    /// block time plus a margin.
    std::chrono::milliseconds timeout{0};
};

/// One connection to Redis that any number of coroutines share: each awaits its own reply, writes are
/// coalesced, order is that of the calls. Over TCP, TLS or a unix socket. Reconnects by itself, with
/// exponential backoff and jitter. Where there are sentinels it follows the primary: it asks them before each
/// connect, takes no server that says it is a replica, and leaves one as soon as a sentinel tells of another
/// primary.
///
/// Use:
///     Connection redis(executor, settings, {.database = 9, .name = "producer"});
///     co_spawn(executor, redis.run(), ...);
///     auto length = co_await redis.call(Command("LLEN", "rq:queue:default"));
///
/// Commands that block (BLMOVE, XREAD BLOCK) go on a connection of their own, with a CallOptions::timeout. A
/// silent connection is found out by itself: idle for idle_ping_interval it is probed with a PING, and it is
/// dropped when nothing comes for command_timeout after a reply was due.
///
/// What a failed call means:
///   unavailable   never sent (no connection within the time limit), or the server answered that it does not
///                 execute it now (LOADING, READONLY ..., see error_reply.hpp); safe to repeat.
///   unknown_fate  sent, then the connection broke or the time limit ran out: it may have been executed.
///   refused       Redis executed it as far as answering with an error; the message is Redis' own, with the
///                 command's name in front ("HSET: WRONGTYPE ...", "script claim: ...").
///   canceled      stop() was called, or the waiting coroutine was cancelled. A command that was not yet sent
///   never
///                 will be; one that was sent may still be executed, and its reply is dropped when it comes.
///                 (Until then a blocking command holds up the calls behind it: CLIENT UNBLOCK with
///                 client_id() ends it.)
///
/// Thread and lifetime: not thread-safe; call everything on the executor given, which runs on one thread or
/// is a strand. The object must outlive all calls, and whatever is destroyed first, the executor's context
/// must come last. Cancellation: run() ends at stop() or by terminal cancellation, a call by terminal
/// cancellation. (Ending run() while a host name is being looked up waits for the resolver.)
class Connection {
public:
    Connection(boost::asio::any_io_executor executor, Settings settings, ConnectionOptions options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Connects, serves and reconnects until stop(). Run it once. Bad credentials, a wrong database or a
    /// certificate that does not fit are logged and tried again like an absent server: an operator may be
    /// mending them.
    boost::asio::awaitable<void> run();

    /// Ends run() and every waiting call (canceled). May be called more than once.
    void stop() noexcept;

    /// Sends one command and awaits its reply. An error reply is an error (refused or unavailable).
    boost::asio::awaitable<Result<Reply>> call(Command command, CallOptions options = {});

    /// Sends several commands back to back, nothing of other callers between them (MULTI ... EXEC is safe).
    /// One reply each, in order; error replies are among them as they came. Fails as a whole only where the
    /// connection does.
    boost::asio::awaitable<Result<std::vector<Reply>>> call_all(
        std::vector<Command> commands, CallOptions options = {});
    /// The same, but the first error reply is an error as it is with call(). What follows it may have been
    /// executed all the same.
    boost::asio::awaitable<Result<std::vector<Reply>>> call_each(
        std::vector<Command> commands, CallOptions options = {});

    /// Runs a script by its SHA-1; where the server does not have it (first use, SCRIPT FLUSH, restart) by
    /// its source, which loads it. At most one extra round trip, never a second execution.
    boost::asio::awaitable<Result<Reply>> run_script(const Script& script, std::vector<std::string> keys,
        std::vector<std::string> arguments, CallOptions options = {});

    /// Waits until the connection is up, at most `limit`: unavailable says why it is not (last connect
    /// error).
    boost::asio::awaitable<Result<>> ready(std::chrono::milliseconds limit);

    bool connected() const noexcept;
    /// CLIENT ID of the present connection, for CLIENT UNBLOCK from another one; 0 while not connected.
    std::int64_t client_id() const noexcept;
    /// How often a connection was made; grows with each reconnect.
    std::uint64_t generation() const noexcept;
    const Settings& settings() const noexcept;
    boost::asio::any_io_executor executor() const noexcept;

private:
    class Impl;
    boost::asio::any_io_executor executor_;
    std::shared_ptr<Impl> impl_; ///< run() shares it
};

} // namespace freshet::prep::redis
