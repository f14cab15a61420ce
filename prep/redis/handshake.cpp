#include "prep/redis/handshake.hpp"

#include "prep/redis/connection.hpp"

#include <fmt/format.h>

namespace freshet::prep::redis {
namespace {

std::string explain(const Settings& settings, const Command& command, std::string_view reply) {
    const auto user = settings.user.empty() ? "default" : settings.user;
    if (command.name() == "AUTH")
        return fmt::format("it does not accept the password of user '{}': {}", user, reply);
    if (reply.starts_with("NOAUTH")) return fmt::format("it wants a password and none is set: {}", reply);
    if (reply.starts_with("LOADING")) return fmt::format("it is still loading its data: {}", reply);
    return fmt::format("{}: {}", command.name(), reply);
}

} // namespace

std::vector<Command> handshake_commands(const Settings& settings, const ConnectionOptions& options) {
    std::vector<Command> commands;
    if (!settings.user.empty())
        commands.emplace_back("AUTH", settings.user, settings.password);
    else if (!settings.password.empty())
        commands.emplace_back("AUTH", settings.password);
    if (!options.name.empty()) commands.emplace_back("CLIENT", "SETNAME", options.name);
    commands.emplace_back("SELECT", options.database);
    commands.emplace_back("PING");
    commands.emplace_back("CLIENT", "ID");
    return commands;
}

Result<std::int64_t> check_handshake(
    const Settings& settings, const ConnectionOptions& options, std::span<const Reply> replies) {
    const auto commands = handshake_commands(settings, options);
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (!replies[i].is_error()) continue;
        return Error{Errc::unavailable, fmt::format("Redis at {}: {}", settings.where(),
                                            explain(settings, commands[i], replies[i].text()))};
    }
    return replies.back().integer();
}

} // namespace freshet::prep::redis
