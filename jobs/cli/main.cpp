#include "jobs/cli/cache_commands.hpp"
#include "jobs/cli/commands.hpp"
#include "jobs/cli/operation_commands.hpp"
#include "jobs/cli/prep_commands.hpp"
#include "jobs/cli/rules_commands.hpp"
#include "prep/async/group.hpp"
#include "prep/files/atomic_file.hpp"
#include "prep/logging.hpp"
#include "prep/settings.hpp"
#include "rules/run_id.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <fmt/ranges.h>

#include <exception>
#include <iostream>

namespace freshet::jobs::cli {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using prep::redis::Connection;

constexpr const char* usage = R"(freshet <command> [options]
  enqueue <task> <run id>                puts a task of a run on a queue and prints the job's id
  enqueue noop|sleep|fail [argument...]
  status <job id>                        everything about a job
  info                                   queues and how many jobs each state holds
  cancel <job id>                        a job with its tree
  stop|requeue|delete <job id...>        running ones; failed ones; any
  requeue all --queue Q                  all failed jobs of a queue
  prep <run id> [--json] [--watch]       timestamps, checklist and locks of a run
  cache get <run id> <controller>        a controller as readers see it
  cache clear|refresh <run id> [<controller>]
  rules check <file> | show <task> | graph)";

using Words = std::vector<std::string>;

[[noreturn]] void refuse(const Words& words) {
    throw Failure({Errc::bad_input, fmt::format("'{}': expected one of\n{}", fmt::join(words, " "), usage)});
}

std::filesystem::path run_dir(const prep::SettingsReader& reader, const std::string& run_id) {
    return std::filesystem::path(reader.get<std::string>("runs-root")) /
           rules::checked_run_id(run_id).value();
}

awaitable<int> execute_cache(Connection& redis, const prep::SettingsReader& reader, Words words) {
    if (words.size() < 3 || words.size() > 4) refuse(words);
    const auto folder = run_dir(reader, words[2]);
    std::optional<std::string> controller;
    if (words.size() == 4) controller = words[3];
    if (words[1] == "get" && controller) co_return co_await cache_get(redis, folder, *controller, std::cout);
    if (words[1] == "clear") co_return co_await cache_clear(redis, folder, controller, std::cout);
    if (words[1] == "refresh") co_return co_await cache_refresh(redis, folder, controller, std::cout);
    refuse(words);
}

awaitable<int> execute_enqueue(Connection& redis, const prep::SettingsReader& reader, Words words) {
    EnqueueOptions options;
    options.queue = reader.get<std::string>("queue");
    if (reader.get<bool>("wait")) options.wait = EnqueueOptions::Wait::until_ended;
    words.erase(words.begin());
    co_return co_await enqueue(redis, std::move(words), std::move(options), std::cout);
}

awaitable<int> execute_prep(Connection& redis, const prep::SettingsReader& reader, std::string run_id) {
    PrepOptions options;
    if (reader.get<bool>("json")) options.format = PrepOptions::Format::json;
    if (reader.get<bool>("watch")) options.follow = PrepOptions::Follow::live;
    co_return co_await prep_status(redis, std::move(run_id), options, std::cout);
}

awaitable<int> execute(Connection& redis, const prep::SettingsReader& reader) {
    auto words = reader.get<Words>("command");
    const std::string command = words.front();
    const Words ids(words.begin() + 1, words.end());
    if (command == "enqueue") co_return co_await execute_enqueue(redis, reader, std::move(words));
    if (command == "status" && ids.size() == 1) co_return co_await status(redis, ids[0], std::cout);
    if (command == "info" && ids.empty()) co_return co_await info(redis, std::cout);
    if (command == "cancel" && ids.size() == 1) co_return co_await cancel(redis, ids[0], std::cout);
    if (command == "requeue" && ids == Words{"all"})
        co_return co_await requeue_all(redis, reader.get<std::string>("queue"), std::cout);
    if (command == "stop" && !ids.empty()) co_return co_await stop(redis, ids, std::cout);
    if (command == "requeue" && !ids.empty()) co_return co_await requeue(redis, ids, std::cout);
    if (command == "delete" && !ids.empty()) co_return co_await remove(redis, ids, std::cout);
    if (command == "prep" && ids.size() == 1) co_return co_await execute_prep(redis, reader, ids[0]);
    if (command == "cache") co_return co_await execute_cache(redis, reader, std::move(words));
    refuse(words);
}

// These need no Redis.
int execute_rules(const prep::SettingsReader& reader) {
    const auto words = reader.get<Words>("command");
    if (words.size() == 3 && words[1] == "check") return rules_check(words[2], std::cout);
    auto rules = rules::default_cache_rules();
    if (const auto file = reader.get<std::string>("rules"); !file.empty()) {
        const auto text = prep::read_file(file).value();
        rules = std::make_shared<const rules::CacheRules>(rules::CacheRules::parse(text, file).value());
    }
    if (words.size() == 3 && words[1] == "show") return rules_show(*rules, words[2], std::cout);
    if (words.size() == 2 && words[1] == "graph") return rules_graph(*rules, std::cout);
    refuse(words);
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
    const auto add_text = [&](const char* option, const char* initial, const char* help) {
        reader.options().add_options()(option, options::value<std::string>()->default_value(initial), help);
    };
    const auto add_switch = [&](const char* option, const char* help) {
        reader.options().add_options()(option, options::bool_switch(), help);
    };
    const auto words = options::value<Words>()->default_value({}, "");
    reader.options().add_options()("command", words, "what to do, and on what");
    add_text("queue", "default", "enqueue, requeue all: the queue");
    add_switch("wait", "enqueue: wait until the job has ended and print its result");
    add_text("runs-root", ".", "cache: folder of the runs");
    add_text("rules", "", "rules show, rules graph: rules file; none: the built-in ones");
    add_switch("json", "prep: for programs");
    add_switch("watch", "prep: print again whenever something changes");
    reader.positional("command", -1);
    if (auto read = reader.read(arguments, prep::process_environment()); !read) throw Failure(read.error());
    if (reader.wants_version()) {
        std::cout << "freshet " FRESHET_VERSION "\n";
        return ExitCode::success;
    }
    if (reader.wants_help() || reader.get<Words>("command").empty()) {
        std::cout << reader.help();
        return reader.wants_help() ? ExitCode::success : ExitCode::bad_input;
    }
    log_to_stderr(reader.given("log-level") ? severity_from(reader.log_level()).value_or(Severity::error)
                                            : Severity::error);
    return reader.get<Words>("command").front() == "rules" ? execute_rules(reader) : run(reader);
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
