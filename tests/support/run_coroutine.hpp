#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace freshet::tests {

constexpr std::chrono::seconds coroutine_limit{60};

/// Runs `context` until `done()`; throws when that takes longer than `limit`.
template <class Done>
void run_until(
    boost::asio::io_context& context, Done done, std::chrono::milliseconds limit = coroutine_limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!done()) {
        const bool ran = context.run_one_until(deadline) > 0;
        if (ran || done()) continue;
        if (context.stopped() && std::chrono::steady_clock::now() < deadline)
            throw std::runtime_error("the coroutine waits for something that nobody works on");
        throw std::runtime_error(fmt::format("the coroutine did not end within {} ms", limit.count()));
    }
}

/// Runs `context` until `main` has ended, and throws what it has thrown. What else runs on the context is
/// left where it is.
inline void run_coroutine(boost::asio::io_context& context, boost::asio::awaitable<void> main,
    std::chrono::milliseconds limit = coroutine_limit) {
    std::optional<std::exception_ptr> ended;
    boost::asio::co_spawn(
        context, std::move(main), [&ended](std::exception_ptr failure) { ended = failure; });
    run_until(
        context, [&ended] { return ended.has_value(); }, limit);
    if (*ended) std::rethrow_exception(*ended);
}

/// Runs all parts at the same time and returns when the last has ended; throws what the last that failed has
/// thrown.
inline boost::asio::awaitable<void> all(std::vector<boost::asio::awaitable<void>> parts) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer finished(executor, boost::asio::steady_timer::time_point::max());
    std::exception_ptr failure;
    auto left = parts.size();
    const auto ended = [&](std::exception_ptr thrown) {
        if (thrown) failure = thrown;
        if (--left == 0) finished.cancel();
    };
    for (auto& part : parts)
        boost::asio::co_spawn(executor, std::move(part), ended);
    if (left > 0) co_await finished.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (failure) std::rethrow_exception(failure);
}

/// Waits until `holds()`, looking again and again: for what changes by itself on the same io_context. Its
/// deadline is that of the run_coroutine() around it.
template <class Condition>
boost::asio::awaitable<void> until(Condition holds) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    while (!holds()) {
        timer.expires_after(std::chrono::milliseconds(1));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

/// Runs `body` beside the run() of each runner (Connection, Subscriber ...); when it has ended stops them,
/// waits until their run() have ended too, and throws what the body has thrown.
template <class... Runner>
void run_with(boost::asio::io_context& context, boost::asio::awaitable<void> body, Runner&... runner) {
    std::size_t running = sizeof...(runner);
    std::exception_ptr failure;
    const auto ended = [&](std::exception_ptr thrown) {
        if (thrown) failure = thrown;
        --running;
    };
    (boost::asio::co_spawn(context, runner.run(), ended), ...);
    const auto stop_all = [&] {
        (runner.stop(), ...);
        run_until(context, [&] { return running == 0; });
    };
    try {
        run_coroutine(context, std::move(body));
    } catch (...) {
        stop_all();
        throw;
    }
    stop_all();
    if (failure) std::rethrow_exception(failure);
}

} // namespace freshet::tests
