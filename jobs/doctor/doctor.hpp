#pragma once

#include "jobs/doctor/troubles.hpp"
#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace freshet::jobs {

struct Finding {
    Trouble trouble;
    std::vector<std::string> subject; ///< the last word names the job, the worker or the key
    std::string found;                ///< what was seen of it
};

struct DoctorOptions {
    /// What was found must still be so after this time: clients write a job in several steps.
    std::chrono::milliseconds settle{1'000};
};

/// Looks for job records that contradict each other, and repairs them. Reads in batches (SCAN, ZSCAN, slices
/// of lists): Redis serves others meanwhile. Holds the ids on the queues in memory while it looks.
///
/// Thread, executor, errors and cancellation as prep::redis::Connection, which must outlive this and is
/// connected to the queue's database. Safe to repeat.
class Doctor {
public:
    explicit Doctor(prep::redis::Connection& redis, DoctorOptions options = {});

    /// The worst troubles first.
    boost::asio::awaitable<Result<std::vector<Finding>>> examine();

    /// Repairs what is still as it was found, each in one atomic step with the look. One answer each, in
    /// order: false for what had changed meanwhile.
    boost::asio::awaitable<Result<std::vector<bool>>> fix(std::vector<Finding> findings);

private:
    prep::redis::Connection& redis_;
    DoctorOptions options_;
};

} // namespace freshet::jobs
