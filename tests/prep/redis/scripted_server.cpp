#include "tests/prep/redis/scripted_server.hpp"

#include "prep/redis/reply_reader.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace freshet::prep::redis {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

} // namespace

ScriptedServer::ScriptedServer(asio::any_io_executor executor, Answer answer)
    : executor_(executor),
      answer_(std::move(answer)),
      acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
      finished_(executor, asio::steady_timer::time_point::max()) {}

std::string ScriptedServer::healthy(const std::string& command) {
    if (command == "PING") return "+PONG\r\n";
    if (command == "ID") return ":7\r\n";
    return "+OK\r\n";
}

asio::awaitable<void> ScriptedServer::run() {
    for (int connection = 1; !stopped_; ++connection) {
        auto [failure, client] = co_await acceptor_.async_accept(as_result);
        if (failure) continue;
        clients_.push_back(std::move(client));
        ++serving_;
        asio::co_spawn(executor_, serve(clients_.back(), connection), [this](std::exception_ptr) {
            --serving_;
            finished_.cancel();
        });
    }
    while (serving_ > 0)
        co_await finished_.async_wait(as_result);
}

void ScriptedServer::stop() noexcept {
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (auto& client : clients_)
        client.close(ignored);
}

asio::awaitable<void> ScriptedServer::serve(tcp::socket& client, int connection) {
    ReplyReader reader; // commands are arrays of texts: the same format as replies
    std::array<char, 4096> buffer;
    for (;;) {
        auto [read_failed, count] = co_await client.async_read_some(asio::buffer(buffer), as_result);
        if (read_failed) co_return;
        reader.feed({buffer.data(), count});
        std::string output;
        while (const auto words = reader.next().value()) {
            const auto name = (*words)[0].text() == "CLIENT" ? (*words)[1].text() : (*words)[0].text();
            output += answer_(connection, std::string(name));
        }
        auto [write_failed, written] = co_await asio::async_write(client, asio::buffer(output), as_result);
        if (write_failed) co_return;
    }
}

} // namespace freshet::prep::redis
