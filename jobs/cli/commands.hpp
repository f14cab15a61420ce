#pragma once

#include "jobs/client/producer.hpp"
#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

/// What `freshet` can do. Each command prints to `out` and returns an exit code; errors are thrown as
/// Failure.
namespace freshet::jobs::cli {

/// Exit codes, for scripts.
struct ExitCode {
    static constexpr int success = 0;
    static constexpr int failed =
        1; ///< the job ended, but not finished; or an error without a code of its own
    static constexpr int bad_input = 2;
    static constexpr int not_found = 3;
    static constexpr int unavailable = 4;
    static constexpr int conflict = 5;
    static constexpr int timed_out = 6;

    static int of(const Error& error);
};

struct EnqueueOptions {
    std::string queue = "default";
    enum class Wait { no, until_ended } wait = Wait::no;
    std::chrono::seconds wait_limit{86'400};
};

/// `words`: the task, then for a task of the catalogue the run id, for any other its arguments (JSON, or text
/// as it is). Prints the job id; with Wait::until_ended also its states as they come and its result.
boost::asio::awaitable<int> enqueue(prep::redis::Connection& redis, std::vector<std::string> words,
    EnqueueOptions options, std::ostream& out);

/// Everything about one job, a field a line.
boost::asio::awaitable<int> status(prep::redis::Connection& redis, std::string job_id, std::ostream& out);

/// Queues with the number of jobs in each state.
boost::asio::awaitable<int> info(prep::redis::Connection& redis, std::ostream& out);

} // namespace freshet::jobs::cli
