#include "prep/redis/connection.hpp"

#include "prep/redis/error_reply.hpp"
#include "prep/redis/link.hpp"
#include "prep/redis/multiplexer.hpp"
#include "prep/redis/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fmt/format.h>

namespace freshet::prep::redis {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using TimePoint = Multiplexer::TimePoint;
using asio::experimental::awaitable_operators::operator||;

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t kept_output_capacity = 1024 * 1024;

struct WaitingCall final : Multiplexer::Call {
    using Call::Call;
    void on_done() noexcept override { wakeup.notify(); }

    Wakeup wakeup;
};

} // namespace

class Connection::Impl {
public:
    Impl(asio::any_io_executor executor, Settings settings, ConnectionOptions options)
        : link(executor, std::move(settings), std::move(options)),
          multiplexer_(link.settings().where(), {.idle_ping_interval = link.settings().idle_ping_interval,
                                                    .grace = link.settings().command_timeout}),
          timer_(executor) {}

    asio::awaitable<void> run();
    void stop();
    TimePoint deadline_of(const CallOptions& options) const;
    /// Nothing when all replies are in.
    asio::awaitable<std::optional<Error>> exchange(
        std::string label, std::string wire, std::span<Reply> replies, TimePoint deadline);

    Link link;

private:
    asio::awaitable<Error> serve(Transport& transport);
    asio::awaitable<Error> read_replies(Transport& transport);
    asio::awaitable<Error> write_calls(Transport& transport);
    asio::awaitable<void> keep_time();
    void look_at_the_time_by(TimePoint when);
    Error connection_error(std::string_view what) const;

    Multiplexer multiplexer_;
    Wakeup output_ready_;
    Wakeup stop_requested_;
    asio::steady_timer timer_;
    TimePoint timer_ends_ = TimePoint::max();
    bool stopped_ = false;
};

asio::awaitable<void> Connection::Impl::run() {
    Link::Serve serve_one = [this](Transport& transport) {
        return serve(transport);
    };
    if (!stopped_) co_await (link.run(std::move(serve_one)) || keep_time() || stop_requested_.wait());
    stop();
}

void Connection::Impl::stop() {
    stopped_ = true;
    multiplexer_.fail_all({Errc::canceled, "the Redis connection was stopped"});
    stop_requested_.notify();
}

TimePoint Connection::Impl::deadline_of(const CallOptions& options) const {
    return Clock::now() + (options.timeout.count() > 0 ? options.timeout : link.settings().command_timeout);
}

asio::awaitable<std::optional<Error>> Connection::Impl::exchange(
    std::string label, std::string wire, std::span<Reply> replies, TimePoint deadline) {
    const auto labelled = [&label](Errc code, std::string_view message) {
        return Error{code, fmt::format("{}: {}", label, message)};
    };
    if (stopped_) co_return labelled(Errc::canceled, "the Redis connection was stopped");
    WaitingCall call(std::move(wire), replies, deadline);
    multiplexer_.submit(call);
    look_at_the_time_by(deadline);
    // At once, so that Redis is busy while the handlers that wait here run. What comes before this is written
    // goes together in the next piece.
    if (multiplexer_.has_output()) output_ready_.run_waiter();
    co_await call.wakeup.wait();
    if (!call.done()) {
        multiplexer_.abandon(call);
        co_return labelled(Errc::canceled, "the caller was cancelled");
    }
    if (call.failure()) co_return labelled(call.failure()->code, call.failure()->message);
    co_return std::nullopt;
}

asio::awaitable<Error> Connection::Impl::serve(Transport& transport) {
    multiplexer_.connection_made(Clock::now());
    look_at_the_time_by(multiplexer_.next_tick());
    const auto ended = co_await (read_replies(transport) || write_calls(transport));
    const auto why = std::visit([](const Error& error) { return error; }, ended);
    multiplexer_.connection_lost(why);
    look_at_the_time_by(multiplexer_.next_tick());
    co_return why;
}

asio::awaitable<Error> Connection::Impl::read_replies(Transport& transport) {
    std::vector<char> buffer(read_size);
    for (;;) {
        std::size_t received = 0;
        const auto failure = co_await transport.read_some(buffer, received);
        if (failure) co_return connection_error(failure.message());
        const auto understood = multiplexer_.feed({buffer.data(), received}, Clock::now());
        if (!understood) co_return understood.error();
        if (multiplexer_.wants_other_server())
            co_return connection_error("it is loading its data or read-only; trying again");
    }
}

asio::awaitable<Error> Connection::Impl::write_calls(Transport& transport) {
    std::string output;
    for (;;) {
        multiplexer_.take_output(output);
        if (output.empty()) {
            co_await output_ready_.wait();
            continue;
        }
        const auto failure = co_await transport.write(output);
        if (failure) co_return connection_error(failure.message());
        output.clear();
        if (output.capacity() > kept_output_capacity) output.shrink_to_fit();
    }
}

asio::awaitable<void> Connection::Impl::keep_time() {
    for (;;) {
        const auto alive = multiplexer_.tick(Clock::now(), link.away_because());
        if (!alive) link.close(alive.error());
        if (multiplexer_.has_output()) output_ready_.notify();
        timer_ends_ = alive ? multiplexer_.next_tick() : TimePoint::max();
        timer_.expires_at(timer_ends_);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void Connection::Impl::look_at_the_time_by(TimePoint when) {
    if (when < timer_ends_) timer_.cancel();
}

Error Connection::Impl::connection_error(std::string_view what) const {
    return {Errc::unavailable, fmt::format("Redis at {}: {}", link.settings().where(), what)};
}

Connection::Connection(asio::any_io_executor executor, Settings settings, ConnectionOptions options)
    : executor_(executor), impl_(std::make_shared<Impl>(executor, std::move(settings), std::move(options))) {}

Connection::~Connection() {
    impl_->stop();
}

asio::awaitable<void> Connection::run() {
    const auto impl = impl_;
    co_await impl->run();
}

void Connection::stop() noexcept {
    impl_->stop();
}

asio::awaitable<Result<Reply>> Connection::call(Command command, CallOptions options) {
    std::string label(command.name());
    Reply reply;
    const auto failure =
        co_await impl_->exchange(label, std::move(command).take(), {&reply, 1}, impl_->deadline_of(options));
    if (failure) co_return *failure;
    if (reply.is_error()) co_return error_from_reply(label, reply.text());
    co_return reply;
}

asio::awaitable<Result<std::vector<Reply>>> Connection::call_all(
    std::vector<Command> commands, CallOptions options) {
    std::vector<Reply> replies(commands.size());
    if (commands.empty()) co_return replies;
    std::string label(commands.front().name());
    if (commands.size() > 1) label += fmt::format(" and {} more", commands.size() - 1);
    std::string wire;
    for (const auto& command : commands)
        wire += command.wire();
    const auto failure =
        co_await impl_->exchange(std::move(label), std::move(wire), replies, impl_->deadline_of(options));
    if (failure) co_return *failure;
    co_return replies;
}

asio::awaitable<Result<std::vector<Reply>>> Connection::call_each(
    std::vector<Command> commands, CallOptions options) {
    std::vector<std::string> names;
    for (const auto& command : commands)
        names.emplace_back(command.name());
    auto replies = co_await call_all(std::move(commands), options);
    if (!replies) co_return replies;
    for (std::size_t i = 0; i < replies->size(); ++i)
        if ((*replies)[i].is_error()) co_return error_from_reply(names[i], (*replies)[i].text());
    co_return replies;
}

asio::awaitable<Result<Reply>> Connection::run_script(const Script& script, std::vector<std::string> keys,
    std::vector<std::string> arguments, CallOptions options) {
    const auto deadline = impl_->deadline_of(options);
    const auto label = fmt::format("script {}", script.name());
    Command by_sha1("EVALSHA", script.sha1(), keys, arguments);
    Reply reply;
    auto failure = co_await impl_->exchange(label, std::move(by_sha1).take(), {&reply, 1}, deadline);
    if (!failure && reply.is_error() && script_is_missing(reply.text())) {
        Command by_source("EVAL", script.source(), keys, arguments);
        failure = co_await impl_->exchange(label, std::move(by_source).take(), {&reply, 1}, deadline);
    }
    if (failure) co_return *failure;
    if (reply.is_error()) co_return error_from_reply(label, reply.text());
    co_return reply;
}

asio::awaitable<Result<>> Connection::ready(std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    for (;;) {
        Command ping("PING");
        Reply reply;
        auto failure = co_await impl_->exchange("PING", std::move(ping).take(), {&reply, 1}, deadline);
        if (!failure && !server_is_unfit(reply.text())) co_return Result<>();
        if (failure && failure->code == Errc::canceled) co_return *failure;
        if (Clock::now() < deadline) continue; // the connection broke under the question: ask the next one
        co_return Error{Errc::unavailable, failure ? failure->message : std::string(reply.text())};
    }
}

bool Connection::connected() const noexcept {
    return impl_->link.connected();
}
std::int64_t Connection::client_id() const noexcept {
    return impl_->link.client_id();
}
std::uint64_t Connection::generation() const noexcept {
    return impl_->link.generation();
}
const Settings& Connection::settings() const noexcept {
    return impl_->link.settings();
}
asio::any_io_executor Connection::executor() const noexcept {
    return executor_;
}

} // namespace freshet::prep::redis
