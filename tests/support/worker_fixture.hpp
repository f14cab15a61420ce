#pragma once

#include "tests/support/process.hpp"
#include "tests/support/redis_server.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace freshet::tests {

/// A redis-server, a folder of runs, and the programs of build/bin as a user runs them.
class WorkerFixture {
public:
    WorkerFixture();

    struct Printed {
        int code = 0;
        std::string text;
    };
    /// Runs `freshet <words>` to its end.
    Printed freshet(std::vector<std::string> words);
    /// The id of a job that was enqueued with `freshet enqueue <words>`.
    std::string enqueue(std::vector<std::string> words);
    /// Starts a freshet-worker on queue `default`. Its lease is short, unless `options` have another, so that
    /// lost workers are seen soon.
    std::unique_ptr<Process> start_worker(std::vector<std::string> options = {});

    /// Whether a worker offers a slot to the next job on queue `default`.
    bool is_offered() const;

    /// Makes <runs root>/<run id>/climate.nodb for the sample station and returns the run's folder.
    std::filesystem::path make_run(const std::string& run_id, int years = 2);
    /// An executable shell script in the test's folder.
    std::filesystem::path make_program(const std::string& name, const std::string& body);

    /// redis-cli style: in the queue's database, the runs', the cache's, that of log levels.
    std::string queue_db(std::vector<std::string> words) const { return in_database("9", std::move(words)); }
    std::string runs_db(std::vector<std::string> words) const { return in_database("0", std::move(words)); }
    std::string cache_db(std::vector<std::string> words) const { return in_database("13", std::move(words)); }
    std::string levels_db(std::vector<std::string> words) const {
        return in_database("15", std::move(words));
    }
    /// The reply of a Lua script in the queue's database.
    std::string queue_script(const std::string& script, std::vector<std::string> arguments) const;
    std::string status_of(const std::string& job_id) const;
    /// Text of exc_info, by `freshet status`.
    std::string error_of(const std::string& job_id);
    void wait_for_status(const std::string& job_id, const std::string& status) const;

    RedisServer server;
    TemporaryFolder folder;
    std::filesystem::path runs_root;

private:
    std::string in_database(const std::string& database, std::vector<std::string> words) const;
    int processes_ = 0;
};

} // namespace freshet::tests
