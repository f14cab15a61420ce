#pragma once

#include "jobs/queue/work_queue.hpp"
#include "prep/redis/connection.hpp"
#include "worker/runtime/executor.hpp"

#include <functional>
#include <set>
#include <string>

namespace freshet::worker {

/// The slot that an idle process offers to producers, and the jobs that come for it. An offer is made and
/// withdrawn by claims; there is one at most, and it is made only while this listens.
///
/// Not thread-safe: the worker's executor.
class Offers {
public:
    /// One connection more, with the settings of `like`. `process`: its name among those that offer, unlike
    /// that of any other. `change` is called when a job has come, and when this begins or ceases to listen:
    /// to claim anew.
    Offers(const prep::redis::Connection& like, Executor& executor, std::string process,
        std::function<void()> change);

    /// Starts the jobs that come, until stop().
    boost::asio::awaitable<void> run();
    void stop();

    /// The claim withdraws what is offered, and offers anew if this listens.
    void add_to(jobs::ClaimRequest& request);
    /// After such a claim: waits for a job that took the offer up before it was withdrawn.
    boost::asio::awaitable<void> wait_for_job_of(const jobs::Claimed& claimed);
    /// On its return no job comes any more, as far as Redis was there to be told.
    boost::asio::awaitable<void> withdraw(jobs::WorkQueue& queue);

private:
    boost::asio::awaitable<void> listen();
    void note_listening(bool listens);
    void take(std::string_view text);

    std::string process_;
    std::function<void()> change_;
    prep::redis::Connection connection_;
    prep::CoroutineGroup serving_;
    Executor& executor_;
    bool listens_ = false;
    bool has_offered_ = false;
    std::string last_came_;      ///< execution
    std::set<std::string> came_; ///< executions, since the last claim was sent
    prep::Event changed_;
    bool stopping_ = false;
};

} // namespace freshet::worker
