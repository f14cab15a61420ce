#include "worker/runtime/scheduler.hpp"

#include "prep/logging.hpp"

#include <algorithm>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;
using std::chrono::milliseconds;

const Logger logger("scheduler");

// What is scheduled meanwhile is noticed after this time, so a job may start this late.
constexpr milliseconds longest_pause{1'000};
constexpr milliseconds shortest_pause{10};

milliseconds until(std::chrono::sys_seconds due) {
    const auto left = std::chrono::ceil<milliseconds>(due - std::chrono::system_clock::now());
    return std::clamp(left, shortest_pause, longest_pause);
}

milliseconds pause_after(const Result<jobs::MovedDue>& moved) {
    return moved && moved->next_due ? until(*moved->next_due) : longest_pause;
}

} // namespace

Scheduler::Scheduler(prep::redis::Connection& queue_db, std::vector<std::string> queues)
    : schedule_(queue_db, std::move(queues)) {}

awaitable<void> Scheduler::run() {
    while (true) {
        const auto moved = co_await schedule_.move_due();
        if (!moved && moved.error().code != Errc::canceled)
            logger.warning("due jobs wait: " + moved.error().message);
        const auto pause = pause_after(moved); // named: g++ 12 breaks conditionals inside an awaited call
        co_await prep::pause(pause);
    }
}

awaitable<void> Scheduler::leave() {
    const auto left = co_await schedule_.leave();
    if (!left) logger.debug("the scheduler's locks stay until they expire: " + left.error().message);
}

} // namespace freshet::worker
