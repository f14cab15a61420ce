#include "prep/redis/link.hpp"

#include "prep/redis/backoff.hpp"
#include "prep/redis/exchange.hpp"
#include "prep/redis/handshake.hpp"
#include "prep/redis/sentinel.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <fmt/format.h>

#include <random>

namespace freshet::prep::redis {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using asio::experimental::awaitable_operators::operator||;

namespace {

double random_fraction() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

asio::awaitable<void> wait_for(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace

Link::Link(asio::any_io_executor executor, Settings settings, ConnectionOptions options)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      options_(std::move(options)),
      away_because_(fmt::format("Redis at {}: not connected yet", settings_.where())) {}

asio::awaitable<void> Link::run(Serve serve) {
    unsigned failures = 0;
    for (;;) {
        up_since_.reset();
        const auto why = co_await find_and_serve(serve);
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
        const bool was_good = up_since_ && Clock::now() - *up_since_ >= settings_.backoff_limit;
        failures = was_good ? 1 : failures + 1;
        report(why);
        co_await wait_for(
            backoff_delay(failures, settings_.backoff_first, settings_.backoff_limit, random_fraction()));
    }
}

asio::awaitable<Error> Link::find_and_serve(Serve& serve) {
    if (settings_.sentinel.addresses.empty()) co_return co_await connect_and_serve(serve, settings_);
    auto primary = co_await find_primary(executor_, settings_);
    if (!primary) co_return primary.error();
    const auto server = primary->server;
    auto moved = wait_for_another_primary(executor_, settings_, std::move(*primary));
    const auto ended = co_await (connect_and_serve(serve, server) || std::move(moved));
    co_return std::visit([](const Error& why) { return why; }, ended);
}

asio::awaitable<Error> Link::connect_and_serve(Serve& serve, const Settings& server) try {
    co_return co_await try_to_serve(serve, server);
} catch (const std::exception& failure) {
    co_return Error{Errc::internal, failure.what()};
}

asio::awaitable<Error> Link::try_to_serve(Serve& serve, const Settings& server) {
    auto made = make_transport(executor_, server);
    if (!made) co_return made.error();
    transport_ = std::move(*made);
    closed_because_.reset();
    const Disconnect on_every_way_out{*this};

    auto outcome = co_await (open_and_greet(server) || wait_for(settings_.connect_timeout));
    if (outcome.index() == 1)
        co_return Error{Errc::unavailable, fmt::format("Redis at {}: no connection within {} ms",
                                               server.where(), settings_.connect_timeout.count())};
    const auto& greeted = std::get<0>(outcome);
    if (!greeted) co_return greeted.error();

    client_id_ = *greeted;
    up_since_ = Clock::now();
    ++generation_;
    log_.info(fmt::format("connected to Redis at {}, database {}, as '{}' (client {})", server.where(),
        options_.database, options_.name, client_id_));
    auto ended = co_await serve(*transport_);
    co_return closed_because_.value_or(std::move(ended));
}

asio::awaitable<Result<std::int64_t>> Link::open_and_greet(const Settings& server) {
    auto opened = co_await transport_->open();
    if (!opened) co_return opened.error();
    const auto commands = handshake_commands(server, options_);
    std::string wire;
    for (const auto& command : commands)
        wire += command.wire();
    ReplyReader reader;
    auto replies = co_await exchange(*transport_, reader, std::move(wire), commands.size());
    if (replies) co_return check_handshake(server, options_, *replies);
    const bool may_lack_a_certificate = server.tls.enabled && server.tls.certificate_file.empty();
    co_return Error{Errc::unavailable,
        fmt::format("Redis at {}: handshake: {}{}", server.where(), replies.error().message,
            may_lack_a_certificate ? " (does it want a client certificate?)" : "")};
}

void Link::close(Error why) {
    if (!transport_) return;
    closed_because_ = std::move(why);
    transport_->close();
}

void Link::disconnect() noexcept {
    client_id_ = 0;
    transport_.reset();
}

void Link::report(const Error& why) {
    if (why.message == away_because_)
        log_.debug(why.message);
    else
        log_.warning(why.message);
    away_because_ = why.message;
}

} // namespace freshet::prep::redis
