#include "prep/async/event.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace freshet::prep {

namespace asio = boost::asio;

Event::Event(asio::any_io_executor executor)
    : executor_(executor), woken_(std::move(executor), asio::steady_timer::time_point::max()) {}

void Event::notify() {
    woken_.cancel();
}

asio::awaitable<void> Event::wait() {
    co_await woken_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Event::wait_for(std::chrono::milliseconds limit) {
    using namespace asio::experimental::awaitable_operators;
    co_await (wait() || pause(limit));
}

asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace freshet::prep
