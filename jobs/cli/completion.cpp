#include "jobs/cli/commands.hpp"

#include <fmt/ostream.h>
#include <fmt/ranges.h>

namespace freshet::jobs::cli {
namespace {

// A word starts with what was typed; after an option that takes one of a few values come these. To bash, the
// = of --option=value is a word of its own.
constexpr const char* script = R"(_freshet() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} words
    [ "$previous" != = ] || previous=${{COMP_WORDS[COMP_CWORD - 2]}}
    [ "$current" != = ] || current=
    case $previous in
{values}    *)
        case ${{COMP_WORDS[1]}} in
{commands}        esac
        [ "$COMP_CWORD" -gt 1 ] || words='{names} --help --version'
        ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -F _freshet freshet
)";

} // namespace

awaitable<int> completion(Context& context) {
    if (context.words[0] != "bash")
        throw Failure(
            {Errc::bad_input, fmt::format("completion: expected bash, found '{}'", context.words[0])});
    std::string values, commands;
    for (const auto& option : all_options())
        if (!option.values.empty())
            values += fmt::format("    --{}) words='{}' ;;\n", option.name, fmt::join(option.values, " "));
    std::vector<std::string_view> names;
    for (const auto& command : all_commands()) {
        names.push_back(command.name);
        std::vector<std::string> words(command.words.begin(), command.words.end());
        for (const auto option : command.options)
            words.push_back(fmt::format("--{}", option));
        words.emplace_back("--help");
        commands += fmt::format("        {}) words='{}' ;;\n", command.name, fmt::join(words, " "));
    }
    fmt::print(context.out, script, fmt::arg("values", values), fmt::arg("commands", commands),
        fmt::arg("names", fmt::join(names, " ")));
    co_return 0;
}

} // namespace freshet::jobs::cli
