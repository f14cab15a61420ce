#include "jobs/cli/help.hpp"

#include <fmt/format.h>

namespace freshet::jobs::cli {

namespace {

std::string synopsis(const CommandSpec& command) {
    return fmt::format("{}{}{}", command.name, command.operands.empty() ? "" : " ", command.operands);
}

} // namespace

std::string usage() {
    std::string text = "freshet <command> [options]\n\nCommands:\n";
    for (const auto& command : all_commands())
        text += fmt::format("  {}\n      {}\n", synopsis(command), command.summary);
    return text + R"(
Exit codes: 0 done; 1 the job ended, but not finished, or findings, or another error; 2 bad input; 3 not found;
4 Redis is away; 5 the state forbids it (already running, has not failed, others wait for it); 6 timed out.
'freshet <command> --help' tells about one command.)";
}

std::string help_of(const CommandSpec& command) {
    auto text = fmt::format("freshet {}\n  {}\n", synopsis(command), command.summary);
    if (!command.options.empty()) text += "\nOptions:\n";
    for (const auto name : command.options) {
        const auto& option = option_named(name);
        const bool takes_value = option.kind != OptionSpec::Kind::flag;
        text += fmt::format("  --{}{}\n      {}\n", name,
            takes_value
                ? fmt::format(" arg{}", option.initial.empty() ? "" : fmt::format(" (={})", option.initial))
                : "",
            option.help);
    }
    return text + "\n'freshet --help' tells about Redis, logging and the exit codes.\n";
}

} // namespace freshet::jobs::cli
