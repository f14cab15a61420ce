#pragma once

#include "jobs/queue/work_queue.hpp"
#include "prep/async/event.hpp"

#include <boost/asio/awaitable.hpp>

#include <deque>
#include <memory>
#include <optional>

namespace freshet::worker {

/// Ends executions in Redis. What comes while a call is under way goes together in the next one. While Redis
/// is away the results wait; they are lost only when the process ends before Redis is back (the lease then
/// brings the job back).
///
/// Not thread-safe: the worker's executor. Outlives its callers.
class Completer {
public:
    Completer(boost::asio::any_io_executor executor, jobs::WorkQueue& queue);

    /// Sends what is submitted, until stop() and everything that was submitted is answered.
    boost::asio::awaitable<void> run();
    /// Lets run() end once it has nothing left.
    void stop();
    /// Gives up on what Redis has not answered: submit() returns unavailable.
    void abandon();

    /// What is submitted now goes out with the next call, and Redis has taken what was in the last one.
    bool flows() const;

    /// The leases of what waits here are renewed like the others.
    void expect_heartbeats();

    /// Records the end of one execution. Returns when Redis has answered, or after abandon().
    boost::asio::awaitable<Result<jobs::CompletionReply>> submit(jobs::Completion completion);

private:
    struct Waiting {
        jobs::Completion completion;
        prep::Event answered;
        std::optional<Result<jobs::CompletionReply>> answer;

        void conclude(Result<jobs::CompletionReply> with);
    };
    using Batch = std::vector<std::shared_ptr<Waiting>>;

    Batch next_batch();
    void wait_again(std::shared_ptr<Waiting> one);
    void give_up();
    enum class Sent { all_answered, some_wait };
    /// What Redis has not taken waits again, behind the others.
    boost::asio::awaitable<Sent> send(Batch batch);

    boost::asio::any_io_executor executor_;
    jobs::WorkQueue& queue_;
    std::deque<std::shared_ptr<Waiting>> waiting_;
    prep::Event submitted_;
    prep::Event abandon_;
    bool flows_ = true;
    bool stopping_ = false;
    bool abandoned_ = false;
};

} // namespace freshet::worker
