#pragma once

#include "prep/logging.hpp"
#include "prep/redis/connection.hpp"
#include "prep/redis/transport.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace freshet::prep::redis {

/// Keeps one connection up: asks the sentinels for the primary if there are any, connects, greets the server,
/// hands the open stream to its user, and when that ends or the primary has moved connects again after a
/// backoff, for ever. What is said over the stream is its user's business.
class Link {
public:
    /// Serves one connection until it ends; the error says why.
    using Serve = std::function<boost::asio::awaitable<Error>(Transport&)>;

    Link(boost::asio::any_io_executor executor, Settings settings, ConnectionOptions options);

    /// Ends only by terminal cancellation.
    boost::asio::awaitable<void> run(Serve serve);

    /// Closes the present connection for a reason that run() reports in place of the stream's own.
    void close(Error why);

    bool connected() const noexcept { return client_id_ != 0; }
    std::int64_t client_id() const noexcept { return client_id_; }
    std::uint64_t generation() const noexcept { return generation_; }
    /// Why there is no connection; before the first attempt has failed: that none was made yet.
    const std::string& away_because() const noexcept { return away_because_; }
    const Settings& settings() const noexcept { return settings_; }

private:
    struct Disconnect {
        Link& link;
        ~Disconnect() { link.disconnect(); }
    };

    boost::asio::awaitable<Error> find_and_serve(Serve& serve);
    boost::asio::awaitable<Error> connect_and_serve(Serve& serve, const Settings& server);
    boost::asio::awaitable<Error> try_to_serve(Serve& serve, const Settings& server);
    boost::asio::awaitable<Result<std::int64_t>> open_and_greet(const Settings& server);
    void disconnect() noexcept;
    void report(const Error& why);

    boost::asio::any_io_executor executor_;
    Settings settings_;
    ConnectionOptions options_;
    Logger log_{"redis"};
    std::unique_ptr<Transport> transport_; ///< while connecting or connected
    std::optional<Error> closed_because_;
    std::int64_t client_id_ = 0;
    std::uint64_t generation_ = 0;
    std::optional<std::chrono::steady_clock::time_point> up_since_;
    std::string away_because_;
};

} // namespace freshet::prep::redis
