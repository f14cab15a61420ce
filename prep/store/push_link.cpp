#include "prep/store/push_link.hpp"

#include "prep/redis/reply_reader.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <fmt/format.h>

namespace freshet::prep {

namespace asio = boost::asio;
using asio::awaitable;
using asio::experimental::awaitable_operators::operator||;

namespace {

constexpr std::size_t read_size = 64 * 1024;

} // namespace

PushLink::PushLink(asio::any_io_executor executor, redis::Settings settings, redis::ConnectionOptions options)
    : link_(executor, std::move(settings), std::move(options)), probe_timer_(executor) {}

awaitable<void> PushLink::run() {
    redis::Link::Serve serve_one = [this](redis::Transport& transport) {
        return serve(transport);
    };
    if (!stopped_) co_await (link_.run(std::move(serve_one)) || stop_requested_.wait());
}

void PushLink::stop() noexcept {
    stopped_ = true;
    stop_requested_.notify();
}

void PushLink::send(const redis::Command& command) {
    if (!connected()) return;
    output_ += command.wire();
    output_ready_.notify();
}

awaitable<Error> PushLink::serve(redis::Transport& transport) {
    output_.clear();
    heard_ = true;
    for (const auto& command : greeting(link_.client_id()))
        output_ += command.wire();
    const auto ended = co_await (listen(transport) || write(transport) || probe());
    lost();
    co_return std::visit([](const Error& error) { return error; }, ended);
}

awaitable<Error> PushLink::listen(redis::Transport& transport) {
    redis::ReplyReader reader;
    std::vector<char> buffer(read_size);
    for (;;) {
        std::size_t size = 0;
        const auto broken = co_await transport.read_some(buffer, size);
        if (broken) co_return failure(broken.message());
        heard_ = true;
        reader.feed({buffer.data(), size});
        for (;;) {
            const auto reply = reader.next();
            if (!reply) co_return failure(reply.error().message);
            if (!*reply) break;
            if ((*reply)->is_error()) co_return failure((*reply)->text());
            received(**reply);
        }
    }
}

awaitable<Error> PushLink::write(redis::Transport& transport) {
    std::string piece;
    for (;;) {
        piece.swap(output_);
        output_.clear();
        if (piece.empty()) {
            co_await output_ready_.wait();
            continue;
        }
        const auto broken = co_await transport.write(piece);
        if (broken) co_return failure(broken.message());
        piece.clear();
    }
}

awaitable<Error> PushLink::probe() {
    while (std::exchange(heard_, false)) {
        send(redis::Command("PING"));
        probe_timer_.expires_after(link_.settings().idle_ping_interval);
        const auto [ended] = co_await probe_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (ended) co_return failure("stopped");
    }
    co_return failure(
        fmt::format("silent for {} ms after a PING", link_.settings().idle_ping_interval.count()));
}

Error PushLink::failure(std::string_view what) const {
    return {Errc::unavailable, fmt::format("Redis at {}: {}", link_.settings().where(), what)};
}

} // namespace freshet::prep
