#include "prep/redis/wakeup.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

namespace freshet::prep::redis {

namespace asio = boost::asio;

asio::awaitable<void> Wakeup::wait() {
    auto initiate = [this](Waiter waiter) {
        auto slot = asio::get_associated_cancellation_slot(waiter);
        waiter_.emplace(std::move(waiter));
        if (notified_) return resume();
        // Asio clears the slot when the coroutine goes on, so that it does not outlive this object.
        if (slot.is_connected()) slot.assign([this](asio::cancellation_type) { resume(); });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(initiate, asio::use_awaitable);
}

void Wakeup::notify() noexcept {
    notified_ = true;
    resume();
}

void Wakeup::run_waiter() noexcept {
    notified_ = true;
    if (waiter_) asio::dispatch(take_waiter());
}

void Wakeup::resume() {
    if (waiter_) asio::post(take_waiter());
}

Wakeup::Waiter Wakeup::take_waiter() {
    auto waiter = std::move(*waiter_);
    waiter_.reset();
    notified_ = false;
    return waiter;
}

} // namespace freshet::prep::redis
