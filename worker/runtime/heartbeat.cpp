#include "worker/runtime/heartbeat.hpp"

#include <fmt/format.h>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;

const Logger logger("heartbeat");

} // namespace

awaitable<void> Heartbeat::run() {
    while (true) {
        co_await prep::pause(queue_.lease() / 3);
        if (!executor_.running().empty()) co_await beat();
    }
}

awaitable<void> Heartbeat::beat() {
    auto pulses = executor_.next_pulses();
    const auto asked = pulses;
    const auto states = co_await queue_.heartbeat(std::move(pulses));
    if (!states) {
        logger.warning(fmt::format("{} leases not renewed: {}", asked.size(), states.error().message));
        co_return;
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
        // It may have ended while the call was under way: then a lost lease is its own completion.
        Execution* execution = executor_.find(asked[i].lease.execution);
        if (!execution || (*states)[i] == jobs::LeaseState::held) continue;
        const bool lost = (*states)[i] == jobs::LeaseState::lost;
        execution->stop(lost ? StopReason::lease_lost : StopReason::by_operator);
    }
}

} // namespace freshet::worker
