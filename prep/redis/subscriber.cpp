#include "prep/redis/subscriber.hpp"

#include "prep/redis/link.hpp"
#include "prep/redis/subscriptions.hpp"
#include "prep/redis/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <fmt/format.h>

#include <functional>
#include <set>

namespace freshet::prep::redis {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Kind = Subscriptions::Kind;
using Names = Subscriptions::Names;
using asio::experimental::awaitable_operators::operator||;

namespace {

constexpr std::size_t read_size = 64 * 1024;

Error stopped_error() {
    return {Errc::canceled, "the Redis subscriber was stopped"};
}
Error cancelled_error() {
    return {Errc::canceled, "the caller was cancelled"};
}

asio::awaitable<bool> is_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

} // namespace

class Subscriber::Impl {
public:
    Impl(asio::any_io_executor executor, Settings settings, std::string name)
        : link_(executor, std::move(settings), {.database = 0, .name = std::move(name)}),
          subscriptions_(link_.settings().where(), {.idle_ping_interval = link_.settings().idle_ping_interval,
                                                       .grace = link_.settings().command_timeout}),
          timer_(executor) {}

    asio::awaitable<void> run();
    void stop();
    asio::awaitable<Result<>> subscribe(Kind kind, Names names);
    asio::awaitable<Result<>> unsubscribe(Names channels);
    asio::awaitable<Result<Message>> next();

private:
    /// The outcome of a request, once it is known.
    using Verdict = std::function<std::optional<Result<>>()>;

    asio::awaitable<Error> serve(Transport& transport);
    asio::awaitable<Error> read_messages(Transport& transport);
    asio::awaitable<Error> write_commands(Transport& transport);
    asio::awaitable<void> keep_time();
    asio::awaitable<Result<>> wait_for(Verdict verdict);
    void wake_waiters();
    void tell_the_log();
    Error connection_error(std::string_view what) const;
    Error not_confirmed() const;

    Link link_;
    Subscriptions subscriptions_;
    asio::steady_timer timer_;
    Wakeup output_ready_;
    Wakeup news_;
    Wakeup stop_requested_;
    std::set<asio::steady_timer*> waiters_;
    Logger log_{"redis"};
    bool stopped_ = false;
};

asio::awaitable<void> Subscriber::Impl::run() {
    Link::Serve serve_one = [this](Transport& transport) {
        return serve(transport);
    };
    if (!stopped_) co_await (link_.run(std::move(serve_one)) || keep_time() || stop_requested_.wait());
    stop();
}

void Subscriber::Impl::stop() {
    stopped_ = true;
    stop_requested_.notify();
    news_.notify();
    wake_waiters();
}

asio::awaitable<Result<>> Subscriber::Impl::subscribe(Kind kind, Names names) {
    subscriptions_.want(kind, names, Clock::now());
    output_ready_.notify();
    Verdict verdict = [this, kind, &names]() -> std::optional<Result<>> {
        if (auto refusal = subscriptions_.refusal(kind, names)) return *refusal;
        if (subscriptions_.confirmed(kind, names)) return Result<>();
        return std::nullopt;
    };
    co_return co_await wait_for(std::move(verdict));
}

asio::awaitable<Result<>> Subscriber::Impl::unsubscribe(Names channels) {
    subscriptions_.unwant(channels, Clock::now());
    output_ready_.notify();
    Verdict verdict = [this, &channels]() -> std::optional<Result<>> {
        if (subscriptions_.gone(channels)) return Result<>();
        return std::nullopt;
    };
    co_return co_await wait_for(std::move(verdict));
}

asio::awaitable<Result<>> Subscriber::Impl::wait_for(Verdict verdict) {
    const auto deadline = Clock::now() + link_.settings().command_timeout;
    for (;;) {
        if (stopped_) co_return stopped_error();
        if (auto known = verdict()) co_return *known;
        if (Clock::now() >= deadline) co_return not_confirmed();
        asio::steady_timer waiter(timer_.get_executor(), deadline);
        waiters_.insert(&waiter);
        co_await waiter.async_wait(asio::as_tuple(asio::use_awaitable));
        waiters_.erase(&waiter);
        const bool cancelled = co_await is_cancelled();
        if (cancelled) co_return cancelled_error();
    }
}

void Subscriber::Impl::wake_waiters() {
    for (auto* waiter : waiters_)
        waiter->cancel();
}

asio::awaitable<Result<Message>> Subscriber::Impl::next() {
    for (;;) {
        if (stopped_) co_return stopped_error();
        if (subscriptions_.take_restored())
            co_return Error{Errc::unavailable, fmt::format("Redis at {}: subscription restored after a lost "
                                                           "connection; messages in between are lost",
                                                   link_.settings().where())};
        if (auto message = subscriptions_.take_message()) co_return std::move(*message);
        co_await news_.wait();
        const bool cancelled = co_await is_cancelled();
        if (cancelled && !subscriptions_.has_news()) co_return cancelled_error();
    }
}

asio::awaitable<Error> Subscriber::Impl::serve(Transport& transport) {
    subscriptions_.connection_made(Clock::now());
    timer_.cancel();
    const auto ended = co_await (read_messages(transport) || write_commands(transport));
    subscriptions_.connection_lost();
    wake_waiters();
    co_return std::visit([](const Error& error) { return error; }, ended);
}

asio::awaitable<Error> Subscriber::Impl::read_messages(Transport& transport) {
    std::vector<char> buffer(read_size);
    for (;;) {
        std::size_t received = 0;
        const auto failure = co_await transport.read_some(buffer, received);
        if (failure) co_return connection_error(failure.message());
        const auto understood = subscriptions_.feed({buffer.data(), received}, Clock::now());
        tell_the_log();
        wake_waiters();
        if (subscriptions_.has_news()) news_.notify();
        if (!understood) co_return understood.error();
    }
}

asio::awaitable<Error> Subscriber::Impl::write_commands(Transport& transport) {
    for (;;) {
        const auto output = subscriptions_.take_output();
        if (output.empty()) {
            co_await output_ready_.wait();
            continue;
        }
        const auto failure = co_await transport.write(output);
        if (failure) co_return connection_error(failure.message());
    }
}

asio::awaitable<void> Subscriber::Impl::keep_time() {
    for (;;) {
        const auto alive = subscriptions_.tick(Clock::now());
        if (!alive) link_.close(alive.error());
        if (subscriptions_.has_output()) output_ready_.notify();
        timer_.expires_at(alive ? subscriptions_.next_tick() : Clock::time_point::max());
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void Subscriber::Impl::tell_the_log() {
    for (const auto& refusal : subscriptions_.take_refusals())
        log_.warning(refusal.message);
    if (const auto dropped = subscriptions_.take_dropped())
        log_.warning(fmt::format("{} messages were dropped unread: their reader is too slow", dropped));
}

Error Subscriber::Impl::connection_error(std::string_view what) const {
    return {Errc::unavailable, fmt::format("Redis at {}: {}", link_.settings().where(), what)};
}

Error Subscriber::Impl::not_confirmed() const {
    if (link_.connected()) return connection_error("it did not confirm the subscription in time");
    return {
        Errc::unavailable, fmt::format("not subscribed, no connection in time: {}", link_.away_because())};
}

Subscriber::Subscriber(asio::any_io_executor executor, Settings settings, std::string name)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(settings), std::move(name))) {}

Subscriber::~Subscriber() {
    impl_->stop();
}

asio::awaitable<void> Subscriber::run() {
    const auto impl = impl_;
    co_await impl->run();
}

void Subscriber::stop() noexcept {
    impl_->stop();
}

asio::awaitable<Result<>> Subscriber::subscribe(std::vector<std::string> channels) {
    const auto impl = impl_;
    co_return co_await impl->subscribe(Kind::channel, std::move(channels));
}

asio::awaitable<Result<>> Subscriber::subscribe_patterns(std::vector<std::string> patterns) {
    const auto impl = impl_;
    co_return co_await impl->subscribe(Kind::pattern, std::move(patterns));
}

asio::awaitable<Result<>> Subscriber::unsubscribe(std::vector<std::string> channels) {
    const auto impl = impl_;
    co_return co_await impl->unsubscribe(std::move(channels));
}

asio::awaitable<Result<Message>> Subscriber::next() {
    const auto impl = impl_;
    co_return co_await impl->next();
}

} // namespace freshet::prep::redis
