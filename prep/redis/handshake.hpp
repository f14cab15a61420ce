#pragma once

#include "prep/redis/command.hpp"
#include "prep/redis/reply.hpp"
#include "prep/redis/settings.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace freshet::prep::redis {

struct ConnectionOptions;

/// What a new connection says first, in one piece: AUTH if there is a password, CLIENT SETNAME, SELECT,
/// CLIENT ID, a PING to learn whether the server serves yet, and ROLE if it must be a primary.
std::vector<Command> handshake_commands(const Settings& settings, const ConnectionOptions& options);

/// Looks at the replies, one for each of handshake_commands(): the connection's id (CLIENT ID), or the first
/// error as `unavailable` in words that an operator can act on.
Result<std::int64_t> check_handshake(
    const Settings& settings, const ConnectionOptions& options, std::span<const Reply> replies);

} // namespace freshet::prep::redis
