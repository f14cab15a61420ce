#include "prep/redis/handshake.hpp"

#include "prep/redis/connection.hpp"

#include <fmt/format.h>

namespace freshet::prep::redis {
namespace {

struct Step {
    std::string name; ///< for messages
    Command command;
};

std::vector<Step> steps(const Settings& settings, const ConnectionOptions& options) {
    std::vector<Step> steps;
    if (!settings.user.empty())
        steps.push_back({"AUTH", Command("AUTH", settings.user, settings.password)});
    else if (!settings.password.empty())
        steps.push_back({"AUTH", Command("AUTH", settings.password)});
    if (!options.name.empty())
        steps.push_back({"CLIENT SETNAME", Command("CLIENT", "SETNAME", options.name)});
    steps.push_back({fmt::format("SELECT {}", options.database), Command("SELECT", options.database)});
    if (settings.must_be_primary) steps.push_back({"ROLE", Command("ROLE")});
    steps.push_back({"PING", Command("PING")});
    steps.push_back({"CLIENT ID", Command("CLIENT", "ID")});
    return steps;
}

std::string explain(const Settings& settings, std::string_view step, std::string_view reply) {
    const std::string_view user = settings.user.empty() ? "default" : std::string_view(settings.user);
    if (step == "AUTH") return fmt::format("it does not accept the password of user '{}': {}", user, reply);
    if (reply.starts_with("NOAUTH")) return fmt::format("it wants a password and none is set: {}", reply);
    if (reply.starts_with("LOADING")) return fmt::format("it is still loading its data: {}", reply);
    return fmt::format("{}: {}", step, reply);
}

} // namespace

std::vector<Command> handshake_commands(const Settings& settings, const ConnectionOptions& options) {
    std::vector<Command> commands;
    for (auto& step : steps(settings, options))
        commands.push_back(std::move(step.command));
    return commands;
}

Result<std::int64_t> check_handshake(
    const Settings& settings, const ConnectionOptions& options, std::span<const Reply> replies) {
    const auto away = [&](std::string_view why) {
        return Error{Errc::unavailable, fmt::format("Redis at {}: {}", settings.where(), why)};
    };
    const auto asked = steps(settings, options);
    for (std::size_t i = 0; i < replies.size(); ++i)
        if (replies[i].is_error()) return away(explain(settings, asked[i].name, replies[i].text()));
    for (std::size_t i = 0; i < replies.size(); ++i)
        if (asked[i].name == "ROLE" && replies[i][0].text() != "master")
            return away(fmt::format("it is no primary: its role is {}", replies[i][0].text()));
    if (replies.size() < asked.size()) return away("it closed the connection in the middle of the handshake");
    return replies.back().integer();
}

} // namespace freshet::prep::redis
