#include "prep/async/group.hpp"

#include "prep/logging.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace freshet::prep {
namespace {

namespace asio = boost::asio;

void log_unless_cancelled(const std::string& name, std::exception_ptr error) try {
    std::rethrow_exception(error);
} catch (const boost::system::system_error& failure) {
    if (failure.code() != asio::error::operation_aborted)
        Logger("runtime").error(name + " ended: " + failure.what());
} catch (const std::exception& failure) {
    Logger("runtime").error(name + " ended: " + failure.what());
}

} // namespace

CoroutineGroup::CoroutineGroup(asio::any_io_executor executor) : executor_(executor), ended_(executor) {}

void CoroutineGroup::spawn(std::string name, asio::awaitable<void> coroutine) {
    const auto signal = running_.emplace(running_.end());
    auto when_done = [this, signal, name = std::move(name)](std::exception_ptr error) {
        if (error) log_unless_cancelled(name, error);
        running_.erase(signal);
        ended_.notify();
    };
    asio::co_spawn(
        executor_, std::move(coroutine), asio::bind_cancellation_slot(signal->slot(), std::move(when_done)));
}

void CoroutineGroup::cancel() {
    for (auto& signal : running_)
        signal.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> CoroutineGroup::join() {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    while (!running_.empty())
        co_await ended_.wait();
}

} // namespace freshet::prep
