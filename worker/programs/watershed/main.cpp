#include "worker/programs/watershed/arguments.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <vector>

namespace freshet::watershed {
namespace {

int exit_code(const Error& error) {
    return error.code == Errc::bad_input || error.code == Errc::not_found ? 2 : 1;
}

int report(const Error& error) {
    fmt::print(stderr, "freshet-watershed: {}\n", error.message);
    return exit_code(error);
}

const char* name(const ChannelsStep&) {
    return "CHANNELS";
}
const char* name(const OutletStep&) {
    return "OUTLET";
}
const char* name(const AbstractStep&) {
    return "ABSTRACT";
}

template <class Step>
int perform(const Step& step) {
    if (const Result<> done = run_step(step); !done) return report(done.error());
    fmt::print("WATERSHED {} COMPLETED SUCCESSFULLY\n", name(step));
    return std::fflush(stdout) == 0 ? 0 : 1;
}

int run(std::span<const std::string_view> arguments) {
    if (asks_for_help(arguments)) {
        fmt::print("{}", usage());
        return 0;
    }
    const Result<Command> command = parse_arguments(arguments);
    if (!command) return report(command.error());
    return std::visit([](const auto& step) { return perform(step); }, *command);
}

} // namespace
} // namespace freshet::watershed

int main(int count, char** words) {
    const std::vector<std::string_view> arguments(words + 1, words + count);
    try {
        return freshet::watershed::run(arguments);
    } catch (const std::exception& failure) {
        return freshet::watershed::report({freshet::Errc::internal, failure.what()});
    }
}
