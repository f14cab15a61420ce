#include "tests/support/tcp_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace freshet::tests {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;
using asio::experimental::awaitable_operators::operator||;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

} // namespace

struct TcpProxy::Pair {
    tcp::socket client;
    local::socket server;

    void close() {
        boost::system::error_code ignored;
        client.close(ignored);
        server.close(ignored);
    }
};

TcpProxy::TcpProxy(asio::any_io_executor executor, std::string server_socket)
    : executor_(executor),
      server_socket_(std::move(server_socket)),
      acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()),
      changed_(executor, asio::steady_timer::time_point::max()) {}

TcpProxy::~TcpProxy() = default;

asio::awaitable<void> TcpProxy::run() {
    while (!stopped_) {
        auto [failure, client] = co_await acceptor_.async_accept(as_result);
        if (failure) continue;
        ++accepted_;
        ++serving_;
        auto pair = std::make_shared<Pair>(std::move(client), local::socket(executor_));
        pairs_.push_back(pair);
        asio::co_spawn(executor_, serve(std::move(pair)), [this](std::exception_ptr) {
            --serving_;
            changed_.cancel();
        });
    }
    while (serving_ > 0)
        co_await changed_.async_wait(as_result);
}

asio::awaitable<void> TcpProxy::serve(std::shared_ptr<Pair> pair) {
    const local::endpoint server(server_socket_);
    auto [failure] = co_await pair->server.async_connect(server, as_result);
    if (failure) co_return;
    co_await (pump(pair->client, pair->server, Towards::server) ||
              pump(pair->server, pair->client, Towards::client));
}

template <class From, class To>
asio::awaitable<void> TcpProxy::pump(From& from, To& to, Towards towards) {
    std::array<char, 16384> buffer;
    for (;;) {
        auto [read_failed, count] = co_await from.async_read_some(asio::buffer(buffer), as_result);
        if (read_failed) co_return;
        co_await wait_while_held();
        auto passed = count;
        if (towards == Towards::client && allowed_to_client_ != unlimited) {
            passed = std::min(count, allowed_to_client_);
            allowed_to_client_ -= passed;
        }
        auto [write_failed, written] =
            co_await asio::async_write(to, asio::buffer(buffer.data(), passed), as_result);
        if (write_failed) co_return;
        if (passed < count || allowed_to_client_ == 0) {
            allowed_to_client_ = unlimited;
            co_return;
        }
    }
}

asio::awaitable<void> TcpProxy::wait_while_held() {
    while (held_ && !stopped_)
        co_await changed_.async_wait(as_result);
}

void TcpProxy::stop() noexcept {
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    cut();
}

void TcpProxy::hold() {
    held_ = true;
}

void TcpProxy::release() {
    held_ = false;
    changed_.cancel();
}

void TcpProxy::cut() {
    for (const auto& weak : pairs_)
        if (const auto pair = weak.lock()) pair->close();
    pairs_.clear();
    changed_.cancel();
}

void TcpProxy::cut_after(std::size_t bytes) {
    allowed_to_client_ = bytes;
}

} // namespace freshet::tests
