#include "jobs/cli/command_table.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/help.hpp"
#include "prep/async/group.hpp"
#include "prep/logging.hpp"
#include "prep/settings.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <iostream>

namespace freshet::jobs::cli {
namespace {

namespace asio = boost::asio;
using prep::redis::Connection;
using Words = std::vector<std::string>;

void add_options(prep::SettingsReader& reader) {
    namespace options = boost::program_options;
    const auto words = options::value<Words>()->default_value({}, "");
    reader.options().add_options()("command", words, "what to do, and on what");
    reader.positional("command", -1);
    reader.only_as_flag("queue"); // elsewhere it is the worker's list
    for (const std::string consent : {"yes", "fix"})
        reader.only_as_flag(consent);
    for (const OptionSpec& option : all_options()) {
        const std::string name(option.name), initial(option.initial), help(option.help);
        if (option.kind == OptionSpec::Kind::duration)
            reader.add_duration(name, {}, {std::chrono::milliseconds(0), std::chrono::hours(24 * 365)}, help);
        else if (option.kind == OptionSpec::Kind::flag)
            reader.options().add_options()(name.c_str(), options::bool_switch(), help.c_str());
        else
            reader.options().add_options()(
                name.c_str(), options::value<std::string>()->default_value(initial), help.c_str());
    }
}

std::string with_dashes(std::string_view option) {
    return fmt::format("--{}", option);
}

// Environment and settings file may hold what other commands understand; a flag is meant for this one.
void check_flags(const CommandSpec& command, const Words& arguments) {
    for (const OptionSpec& option : all_options()) {
        const auto flag = with_dashes(option.name);
        const auto given = std::ranges::any_of(
            arguments, [&](const std::string& word) { return word == flag || word.starts_with(flag + "="); });
        if (!given || std::ranges::find(command.options, option.name) != command.options.end()) continue;
        Words taken;
        std::ranges::transform(command.options, std::back_inserter(taken), with_dashes);
        throw Failure(
            {Errc::bad_input, fmt::format("{}: unknown option '{}'; expected {}", command.name, flag,
                                  taken.empty() ? "none" : fmt::format("{}", fmt::join(taken, ", ")))});
    }
}

void check_operands(const CommandSpec& command, const Words& words) {
    if (words.size() >= command.fewest && words.size() <= command.most) return;
    throw Failure(
        {Errc::bad_input, fmt::format("{}: expected {}, found {}", command.name,
                              command.operands.empty() ? "no operand" : command.operands,
                              words.empty() ? "nothing" : fmt::format("'{}'", fmt::join(words, " ")))});
}

int run(const CommandSpec& command, const prep::SettingsReader& reader, Words words) {
    asio::io_context context(1);
    const auto& settings = reader.redis();
    Connection redis(context.get_executor(), settings, {settings.databases.queue, "freshet-cli"});
    prep::CoroutineGroup connections(context.get_executor());
    if (command.redis == CommandSpec::Redis::needed) connections.spawn("connection", redis.run());

    Context given{redis, reader, std::move(words), std::cout};
    int code = ExitCode::success;
    std::exception_ptr failure;
    asio::co_spawn(context, command.run(given), [&](std::exception_ptr thrown, int result) {
        failure = thrown;
        code = result;
        redis.stop();
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return code;
}

int main(const Words& arguments) {
    prep::SettingsReader reader(usage());
    add_options(reader);
    if (auto read = reader.read(arguments, prep::process_environment()); !read) throw Failure(read.error());
    if (reader.wants_version()) {
        std::cout << "freshet " FRESHET_VERSION "\n";
        return ExitCode::success;
    }
    auto words = reader.get<Words>("command");
    if (words.empty()) {
        std::cout << reader.help();
        return reader.wants_help() ? ExitCode::success : ExitCode::bad_input;
    }
    const CommandSpec& command = command_named(words.front());
    if (reader.wants_help()) {
        std::cout << help_of(command);
        return ExitCode::success;
    }
    words.erase(words.begin());
    check_flags(command, arguments);
    check_operands(command, words);
    log_to_stderr(reader.given("log-level") ? severity_from(reader.log_level()).value_or(Severity::error)
                                            : Severity::error);
    return run(command, reader, std::move(words));
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
