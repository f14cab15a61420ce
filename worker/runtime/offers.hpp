#pragma once

#include "jobs/queue/work_queue.hpp"
#include "prep/redis/connection.hpp"
#include "worker/runtime/executor.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace freshet::worker {

/// The slot that an idle worker offers to producers, and the jobs that come for it. An offer is made and
/// withdrawn by claims: there is one at most, and its slot serves nothing else while it stands.
///
/// Not thread-safe: the worker's executor.
class Offers {
public:
    /// One connection more, with the settings of `like`. `come` is called for each job, which has started by
    /// then.
    Offers(const prep::redis::Connection& like, Executor& executor, std::function<void()> come);

    /// Starts the jobs that come, until stop().
    boost::asio::awaitable<void> run();
    void stop();

    /// Of what a claim is for: the slot that is offered must be its first.
    void put_first(std::vector<std::string>& slots) const;
    /// The claim withdraws what is offered and may make another offer. Then must come claimed() or failed().
    void add_to(jobs::ClaimRequest& request);
    /// Waits for a job that took the offer up just before the claim.
    boost::asio::awaitable<void> claimed(const jobs::Claimed& claimed);
    void failed();

    /// On its return no job comes any more, as far as Redis was there to be told.
    boost::asio::awaitable<void> withdraw(jobs::WorkQueue& queue);

private:
    boost::asio::awaitable<void> listen();
    void take(std::string_view text);
    boost::asio::awaitable<void> wait_for(const std::string& execution);

    prep::redis::Connection connection_;
    Executor& executor_;
    std::function<void()> come_;
    std::optional<jobs::Offer> standing_;
    std::optional<jobs::Offer> withdrawn_; ///< by the claim that is under way
    std::set<std::string> came_;           ///< executions whose jobs have come since the last claim was sent
    prep::Event changed_;
    bool stopping_ = false;
};

} // namespace freshet::worker
