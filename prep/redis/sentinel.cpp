#include "prep/redis/sentinel.hpp"

#include "prep/redis/command.hpp"
#include "prep/redis/exchange.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::experimental::awaitable_operators::operator||;

awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

Settings settings_for(const Settings& settings, const Address& sentinel) {
    auto own = settings;
    own.sentinel.addresses.clear();
    own.host = sentinel.host;
    own.port = sentinel.port;
    own.user = settings.sentinel.user;
    own.password = settings.sentinel.password;
    return own;
}

/// The questions: one reply each, the last is about the primary, messages follow.
std::vector<Command> questions(const Settings& sentinel) {
    std::vector<Command> commands;
    if (!sentinel.user.empty())
        commands.emplace_back("AUTH", sentinel.user, sentinel.password);
    else if (!sentinel.password.empty())
        commands.emplace_back("AUTH", sentinel.password);
    commands.emplace_back("SENTINEL", "GET-MASTER-ADDR-BY-NAME", sentinel.sentinel.primary);
    commands.emplace_back("SUBSCRIBE", "+switch-master");
    return commands;
}

Result<Address> address_in(const std::vector<Reply>& replies, const Settings& sentinel) {
    for (const Reply& reply : replies)
        if (reply.is_error()) return Error{Errc::unavailable, std::string(reply.text())};
    const auto& address = replies[replies.size() - 2];
    if (address.size() != 2)
        return Error{Errc::unavailable, fmt::format("it knows no primary '{}'", sentinel.sentinel.primary)};
    return Address{std::string(address[0].text()), static_cast<std::uint16_t>(address[1].integer())};
}

awaitable<Result<Primary>> ask(
    asio::any_io_executor executor, const Settings& settings, const Address& address) {
    const auto sentinel = settings_for(settings, address);
    auto transport = make_transport(executor, sentinel);
    if (!transport) co_return transport.error();
    Primary primary{settings, std::move(*transport), {}};
    auto opened = co_await primary.sentinel->open();
    if (!opened) co_return opened.error();

    const auto commands = questions(sentinel);
    std::string wire;
    for (const auto& command : commands)
        wire += command.wire();
    auto replies =
        co_await exchange(*primary.sentinel, primary.from_sentinel, std::move(wire), commands.size());
    if (!replies) co_return replies.error();
    const auto found = address_in(*replies, sentinel);
    if (!found) co_return found.error();
    primary.server.sentinel.addresses.clear();
    primary.server.must_be_primary = true;
    primary.server.host = found->host;
    primary.server.port = found->port;
    co_return primary;
}

/// Until the sentinel tells of a new primary, or is gone.
awaitable<void> hear_of_a_switch(Primary& known) {
    const auto prefix = known.server.sentinel.primary + ' ';
    for (;;) {
        const auto message = co_await read_reply(*known.sentinel, known.from_sentinel);
        if (!message || (*message)[2].text().starts_with(prefix)) co_return;
    }
}

} // namespace

awaitable<Result<Primary>> find_primary(asio::any_io_executor executor, const Settings& settings) {
    std::string answers;
    for (const Address& address : settings.sentinel.addresses) {
        auto asked = co_await (ask(executor, settings, address) || pause(settings.connect_timeout));
        if (auto* answer = std::get_if<0>(&asked); answer && *answer) co_return std::move(*answer);
        answers += fmt::format("; {}:{}: {}", address.host, address.port,
            asked.index() == 1 ? "no answer in time" : std::get<0>(asked).error().message);
    }
    co_return Error{Errc::unavailable,
        fmt::format("no sentinel says where primary '{}' is{}", settings.sentinel.primary, answers)};
}

awaitable<Error> wait_for_another_primary(
    asio::any_io_executor executor, const Settings& settings, Primary known) {
    for (;;) {
        co_await hear_of_a_switch(known);
        auto now = co_await find_primary(executor, settings);
        if (!now) {
            co_await pause(settings.backoff_limit);
            continue;
        }
        if (now->server.host != known.server.host || now->server.port != known.server.port)
            co_return Error{
                Errc::unavailable, fmt::format("Redis at {}: it is not the primary any more, that is at {}",
                                       known.server.where(), now->server.where())};
        known = std::move(*now);
    }
}

} // namespace freshet::prep::redis
