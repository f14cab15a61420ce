#include "prep/store/lock_wakeups.hpp"

#include <fmt/format.h>

namespace freshet::prep {

using boost::asio::awaitable;
using redis::Command;

LockWakeups::LockWakeups(boost::asio::any_io_executor executor, redis::Settings settings)
    : PushLink(executor, settings, {settings.databases.runs, "freshet-lock-wakeups"}) {}

std::vector<Command> LockWakeups::greeting(std::int64_t) {
    std::vector<Command> commands;
    for (const auto& [channel, waiters] : waiters_)
        commands.emplace_back("SUBSCRIBE", channel);
    return commands;
}

void LockWakeups::received(const redis::ReplyView& reply) {
    const auto found = waiters_.find(std::string(reply[1].text()));
    if (found == waiters_.end()) return;
    for (Waiter* waiter : found->second) {
        // The turn's channel is the second that was asked for: when it is confirmed, both are.
        if (reply[0].text() == "subscribe" && found->first == waiter->turn_channel_)
            waiter->listening_ = true;
        waiter->reason_ = true;
        waiter->changed_.notify();
    }
}

void LockWakeups::lost() {
    for (const auto& [channel, waiters] : waiters_)
        for (Waiter* waiter : waiters)
            waiter->listening_ = false;
}

void LockWakeups::add(Waiter& waiter) {
    for (const auto& channel : {waiter.run_channel_, waiter.turn_channel_}) {
        waiters_[channel].insert(&waiter);
        send(Command("SUBSCRIBE", channel));
    }
}

void LockWakeups::remove(Waiter& waiter) {
    for (const auto& channel : {waiter.run_channel_, waiter.turn_channel_}) {
        const auto found = waiters_.find(channel);
        found->second.erase(&waiter);
        if (!found->second.empty()) continue;
        waiters_.erase(found);
        send(Command("UNSUBSCRIBE", channel));
    }
}

LockWakeups::Waiter::Waiter(LockWakeups& wakeups, std::string ticket, std::string run_id)
    : wakeups_(wakeups),
      turn_channel_("freshet:lock-turns:" + ticket),
      run_channel_(fmt::format("__keyspace@{}__:{}", wakeups.settings().databases.runs, run_id)),
      changed_(wakeups.executor()) {
    wakeups_.add(*this);
}

LockWakeups::Waiter::~Waiter() {
    wakeups_.remove(*this);
}

awaitable<void> LockWakeups::Waiter::listening(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!listening_) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) co_return;
        co_await changed_.wait_for(left);
    }
}

awaitable<void> LockWakeups::Waiter::reason(std::chrono::milliseconds limit) {
    if (!reason_) co_await changed_.wait_for(limit);
    reason_ = false;
}

} // namespace freshet::prep
