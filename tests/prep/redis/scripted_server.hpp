#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <string>

namespace freshet::prep::redis {

/// A server that answers as a test tells it to, for what a real one does too seldom. A runner for run_with().
class ScriptedServer {
public:
    /// The bytes to answer a command with. `connection` counts from 1; `command` is its name; of CLIENT ...
    /// the second word.
    using Answer = std::function<std::string(int connection, const std::string& command)>;

    ScriptedServer(boost::asio::any_io_executor executor, Answer answer);

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    boost::asio::awaitable<void> run();
    void stop() noexcept;

    /// What a healthy server answers to the handshake's commands.
    static std::string healthy(const std::string& command);

private:
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket& client, int connection);

    boost::asio::any_io_executor executor_;
    Answer answer_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer finished_;
    std::list<boost::asio::ip::tcp::socket> clients_;
    int serving_ = 0;
    bool stopped_ = false;
};

} // namespace freshet::prep::redis
