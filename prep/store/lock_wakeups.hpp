#pragma once

#include "prep/async/event.hpp"
#include "prep/store/push_link.hpp"

#include <map>
#include <set>

namespace freshet::prep {

/// Tells those who wait for a lock when to look again: when it is their turn (a message on
/// freshet:lock-turns:<ticket>), and when somebody who knows nothing of turns has freed a lock of the run
/// (keyspace notification of the run's hash, in which locks are mirrored). One connection serves any number
/// of waiters. Be ready for wake-ups without a cause.
class LockWakeups final : public PushLink {
public:
    LockWakeups(boost::asio::any_io_executor executor, redis::Settings settings);

    /// One coroutine's wait, from construction to destruction.
    class Waiter {
    public:
        Waiter(LockWakeups& wakeups, std::string ticket, std::string run_id);
        ~Waiter();
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        /// Returns when Redis listens for this waiter, or after `limit`.
        boost::asio::awaitable<void> listening(std::chrono::milliseconds limit);
        /// Returns when there is a reason to look again that came since the last return, or after `limit`.
        boost::asio::awaitable<void> reason(std::chrono::milliseconds limit);

    private:
        friend class LockWakeups;
        LockWakeups& wakeups_;
        std::string turn_channel_;
        std::string run_channel_;
        Event changed_;
        bool listening_ = false;
        bool reason_ = false;
    };

private:
    std::vector<redis::Command> greeting(std::int64_t client_id) override;
    void received(const redis::ReplyView& reply) override;
    void lost() override;
    void add(Waiter& waiter);
    void remove(Waiter& waiter);

    std::map<std::string, std::set<Waiter*>> waiters_; ///< by channel
};

} // namespace freshet::prep
