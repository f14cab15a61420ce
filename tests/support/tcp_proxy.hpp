#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace freshet::tests {

/// A network between a client and a server on a unix socket that fails on demand: listens on a free TCP port
/// of 127.0.0.1 and passes bytes on. Not thread-safe: use it on its executor. A runner for run_with().
class TcpProxy {
public:
    TcpProxy(boost::asio::any_io_executor executor, std::string server_socket);
    ~TcpProxy();

    std::uint16_t port() const { return port_; }

    /// Accepts and serves until stop().
    boost::asio::awaitable<void> run();
    void stop() noexcept;

    /// Connections stay open but no byte passes any more, in either direction: a network that swallows
    /// packets.
    void hold();
    /// Bytes pass again, those held back first.
    void release();
    /// Closes all present connections.
    void cut();
    /// Passes `bytes` more bytes to clients, then closes the connection on which they came.
    void cut_after(std::size_t bytes);

    /// Connections accepted so far.
    std::size_t accepted() const noexcept { return accepted_; }

private:
    struct Pair;
    enum class Towards { server, client };

    boost::asio::awaitable<void> serve(std::shared_ptr<Pair> pair);
    template <class From, class To>
    boost::asio::awaitable<void> pump(From& from, To& to, Towards towards);
    boost::asio::awaitable<void> wait_while_held();

    boost::asio::any_io_executor executor_;
    std::string server_socket_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    boost::asio::steady_timer changed_;
    std::vector<std::weak_ptr<Pair>> pairs_;
    std::size_t accepted_ = 0;
    std::size_t serving_ = 0;
    std::size_t allowed_to_client_ = std::numeric_limits<std::size_t>::max();
    bool held_ = false;
    bool stopped_ = false;
};

} // namespace freshet::tests
