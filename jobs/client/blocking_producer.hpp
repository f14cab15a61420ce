#pragma once

#include "jobs/client/new_job.hpp"
#include "jobs/client/typed_call.hpp"
#include "prep/redis/settings.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace freshet::jobs {

/// The Producer for programs without Asio: the same calls and types, each call blocks until it has its
/// answer.
///
///     BlockingProducer producer(settings);
///     auto receipt = producer.enqueue({.call = make_call("freshet.noop", 1, "two")});
///     auto ended = producer.wait(receipt->job_id, std::chrono::minutes(5));
///
/// Threads: any number of threads may call at the same time and share one connection; each waits for its own
/// answer only. One thread of its own serves them. All calls must have returned before the destructor, which
/// ends that thread. Not usable in a child after fork(): make it there.
///
/// Errors are those of Producer; an absent Redis is `unavailable` after the settings' command_timeout.
class BlockingProducer {
public:
    explicit BlockingProducer(prep::redis::Settings settings);
    ~BlockingProducer();
    BlockingProducer(const BlockingProducer&) = delete;
    BlockingProducer& operator=(const BlockingProducer&) = delete;

    Result<Receipt> enqueue(NewJob job);
    /// All in one round trip; see Producer::enqueue_all().
    Result<std::vector<Receipt>> enqueue_all(std::vector<NewJob> jobs);
    Result<JobRecord> job(std::string id);
    /// Waits until the job has ended, on a connection made for it; see Producer::wait().
    Result<Ended> wait(std::string id, std::chrono::milliseconds limit);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace freshet::jobs
