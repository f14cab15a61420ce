#pragma once

#include "rules/error.hpp"

#include <string_view>

namespace freshet::prep::redis {

/// What an error reply means for the caller. `command` is put in front of Redis' own text.
///   unavailable   LOADING, READONLY, MASTERDOWN, CLUSTERDOWN, BUSY, NOREPLICAS, MISCONF, UNBLOCKED (its
///   server has
///                 become a replica): nothing was executed, another time or another server will do.
///   refused       everything else.
Error error_from_reply(std::string_view command, std::string_view reply);

/// LOADING or READONLY: this server cannot do the work; a new connection may find one that can.
bool server_is_unfit(std::string_view error_reply) noexcept;

/// The server does not have the script of an EVALSHA.
bool script_is_missing(std::string_view error_reply) noexcept;

} // namespace freshet::prep::redis
