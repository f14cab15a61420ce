#include "tests/support/worker_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace freshet::tests {

namespace fs = std::filesystem;

WorkerFixture::WorkerFixture()
    : server({.arguments = {"--appendonly", "yes", "--appendfsync", "always"}}),
      runs_root(folder.path() / "runs") {
    fs::create_directory(runs_root);
}

WorkerFixture::Printed WorkerFixture::freshet(std::vector<std::string> words) {
    words.insert(words.begin(), "freshet");
    words.insert(words.end(), {"--redis-unix-socket", server.socket()});
    Process process(std::move(words), folder.path() / fmt::format("freshet-{}.out", ++processes_));
    const int code = process.wait();
    return {code, process.output()};
}

std::string WorkerFixture::enqueue(std::vector<std::string> words) {
    words.insert(words.begin(), "enqueue");
    const auto printed = freshet(std::move(words));
    if (printed.code != 0) throw std::runtime_error("enqueue failed: " + printed.text);
    return printed.text.substr(0, printed.text.find('\n'));
}

std::unique_ptr<Process> WorkerFixture::start_worker(std::vector<std::string> options) {
    std::vector<std::string> command{"freshet-worker", "--redis-unix-socket", server.socket(), "--runs-root",
        runs_root.string(), "--log-level", "debug"};
    if (std::ranges::find(options, "--lease") == options.end())
        command.insert(command.end(), {"--lease", "1"});
    command.insert(command.end(), options.begin(), options.end());
    return std::make_unique<Process>(
        std::move(command), folder.path() / fmt::format("worker-{}.log", ++processes_));
}

bool WorkerFixture::is_offered() const {
    const auto process = queue_db({"SRANDMEMBER", "freshet:offers:default"});
    return queue_db({"GET", "freshet:offer:" + process}).starts_with("{");
}

fs::path WorkerFixture::make_run(const std::string& run_id, int years) {
    const fs::path run = runs_root / run_id;
    fs::create_directories(run / "climate");
    fs::copy_file(fs::path(FRESHET_SOURCE_DIR) / "worker/samples/seattle.par", run / "climate/seattle.par");
    write_text(run / "climate.nodb",
        fmt::format(
            R"({{"py/object":"wepppy.nodb.Climate","station":"climate/seattle.par","years":{},"first_year":2001,"seed":7}})",
            years));
    return run;
}

fs::path WorkerFixture::make_program(const std::string& name, const std::string& body) {
    const fs::path program = folder.path() / name;
    write_text(program, "#!/bin/sh\n" + body);
    fs::permissions(program, fs::perms::owner_all);
    return program;
}

std::string WorkerFixture::queue_script(const std::string& script, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"EVAL", "redis.call('SELECT', 9) " + script, "0"});
    return server.command(arguments);
}

std::string WorkerFixture::status_of(const std::string& job_id) const {
    return queue_db({"HGET", "rq:job:" + job_id, "status"});
}

std::string WorkerFixture::error_of(const std::string& job_id) {
    return freshet({"status", job_id}).text;
}

void WorkerFixture::wait_for_status(const std::string& job_id, const std::string& status) const {
    eventually(fmt::format("job {} is {}", job_id, status), [&] { return status_of(job_id) == status; });
}

// One script: the server's helper opens a connection for each command, and SELECT would not outlive it.
std::string WorkerFixture::in_database(const std::string& database, std::vector<std::string> words) const {
    const std::string script =
        fmt::format("redis.call('SELECT', {}) return redis.call(unpack(ARGV))", database);
    words.insert(words.begin(), {"EVAL", script, "0"});
    return server.command(words);
}

} // namespace freshet::tests
