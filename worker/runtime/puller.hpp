#pragma once

#include "jobs/queue/queue_order.hpp"
#include "prep/redis/connection.hpp"
#include "worker/runtime/executor.hpp"
#include "worker/runtime/offers.hpp"

#include <memory>
#include <vector>

namespace freshet::worker {

/// Brings jobs from the queues to free slots: claims as many as there are slots, by priority; where the
/// queues are empty it blocks until a producer pushes, and offers a slot: a producer that looks for offers
/// starts its job there at once. It never polls while it has a connection.
class Puller {
public:
    enum class WhenEmpty {
        wait,
        finish ///< --burst: run() ends when the queues are empty and nothing runs
    };

    struct Options {
        WhenEmpty when_empty = WhenEmpty::wait;
        std::vector<std::int64_t> weights = {}; ///< one for each queue; empty: strict priority
        std::size_t most_jobs = 0;              ///< after which run() ends; 0: no limit
        std::string process = {};               ///< see Offers
    };

    /// `queue_db`: connected to the queue's database. One blocking connection more is made for each queue,
    /// and one for offers.
    Puller(prep::redis::Connection& queue_db, jobs::WorkQueue& queue, Executor& executor, Options options);
    ~Puller();

    /// Until stop(), or as the options say. On its return no id is on an intermediate list because of it, as
    /// far as Redis was there to take it back.
    boost::asio::awaitable<void> run();
    /// Takes no further job. Running jobs are left alone.
    void stop();
    bool stopping() const { return stopping_; }
    /// There may be something to claim though nothing was pushed on a queue.
    void look_again();

private:
    struct Blocker;

    boost::asio::awaitable<void> pull();
    boost::asio::awaitable<void> claim(Slots::Wanted places);
    boost::asio::awaitable<void> wait_for_slot();
    /// `full`: kinds of which the last claim had no slot.
    boost::asio::awaitable<void> wait_for_push(std::vector<SlotKind> full);
    boost::asio::awaitable<void> block_on(Blocker& blocker);
    boost::asio::awaitable<void> unblock();
    boost::asio::awaitable<void> return_taken();
    boost::asio::awaitable<void> close();
    bool all_blocked() const;
    bool is_paused(const std::string& queue) const;
    Slots::Wanted still_wanted() const;

    prep::redis::Connection& redis_;
    jobs::WorkQueue& queue_;
    Executor& executor_;
    Options options_;
    jobs::QueueOrder order_;
    std::vector<std::unique_ptr<Blocker>> blockers_;
    Offers offers_;
    std::vector<jobs::TakenId> taken_; ///< moved to an intermediate list by this puller and not yet claimed
    prep::CoroutineGroup connections_;
    prep::CoroutineGroup moves_;
    prep::Event& changed_; ///< a slot is free, a move has ended, or stop()
    static constexpr std::size_t few = 4;
    std::size_t most_expected_ = few; ///< on the queues: to ask for many where there are none takes time
    bool look_again_ = false;
    std::vector<std::string> paused_; ///< queues, at the last claim
    std::string said_;                ///< why there was no claim, so that the log tells it once
    bool stopping_ = false;
    bool finished_ = false;
};

} // namespace freshet::worker
