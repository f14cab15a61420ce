#include "jobs/cli/commands.hpp"
#include "prep/async/group.hpp"
#include "prep/logging.hpp"
#include "prep/settings.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <exception>
#include <iostream>

namespace freshet::jobs::cli {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using prep::redis::Connection;

constexpr const char* usage = R"(freshet <command> [options]
  enqueue <task> <run id>   puts a task of a run on a queue and prints the job's id
  enqueue noop|sleep|fail [argument...]
  status <job id>           everything about a job
  info                      queues and how many jobs each state holds)";

awaitable<int> execute(Connection& redis, const prep::SettingsReader& reader) {
    auto words = reader.get<std::vector<std::string>>("command");
    const std::string command = words.front();
    words.erase(words.begin());
    if (command == "enqueue") {
        EnqueueOptions options;
        options.queue = reader.get<std::string>("queue");
        if (reader.get<bool>("wait")) options.wait = EnqueueOptions::Wait::until_ended;
        co_return co_await enqueue(redis, std::move(words), std::move(options), std::cout);
    }
    if (command == "status" && words.size() == 1) co_return co_await status(redis, words[0], std::cout);
    if (command == "info" && words.empty()) co_return co_await info(redis, std::cout);
    throw Failure({Errc::bad_input,
        fmt::format("'{}' with {} arguments: expected one of\n{}", command, words.size(), usage)});
}

int run(const prep::SettingsReader& reader) {
    asio::io_context context(1);
    const auto& settings = reader.redis();
    Connection redis(context.get_executor(), settings, {settings.databases.queue, "freshet-cli"});
    prep::CoroutineGroup connections(context.get_executor());
    connections.spawn("connection", redis.run());

    int code = ExitCode::success;
    std::exception_ptr failure;
    asio::co_spawn(context, execute(redis, reader), [&](std::exception_ptr thrown, int result) {
        failure = thrown;
        code = result;
        redis.stop();
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return code;
}

int main(const std::vector<std::string>& arguments) {
    namespace options = boost::program_options;
    prep::SettingsReader reader(usage);
    reader.options().add_options()("command",
        options::value<std::vector<std::string>>()->default_value({}, ""), "what to do, and on what")(
        "queue", options::value<std::string>()->default_value("default"), "queue to put jobs on")(
        "wait", options::bool_switch(), "enqueue: wait until the job has ended and print its result");
    reader.positional("command", -1);
    if (auto read = reader.read(arguments, prep::process_environment()); !read) throw Failure(read.error());
    if (reader.wants_version()) {
        std::cout << "freshet " FRESHET_VERSION "\n";
        return ExitCode::success;
    }
    if (reader.wants_help() || reader.get<std::vector<std::string>>("command").empty()) {
        std::cout << reader.help();
        return reader.wants_help() ? ExitCode::success : ExitCode::bad_input;
    }
    log_to_stderr(reader.given("log-level") ? severity_from(reader.log_level()).value_or(Severity::error)
                                            : Severity::error);
    return run(reader);
}

} // namespace
} // namespace freshet::jobs::cli

int main(int count, char** words) try {
    return freshet::jobs::cli::main(std::vector<std::string>(words + 1, words + count));
} catch (const freshet::Failure& failure) {
    std::cerr << "freshet: " << failure.what() << '\n';
    return freshet::jobs::cli::ExitCode::of(failure.error());
} catch (const std::exception& failure) {
    std::cerr << "freshet: " << failure.what() << '\n';
    return freshet::jobs::cli::ExitCode::failed;
}
