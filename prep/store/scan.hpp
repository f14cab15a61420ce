#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep {

/// The keys of the connection's database that match a glob pattern, each once, in batches that do not hold
/// Redis up (SCAN). What is there from beginning to end is found.
boost::asio::awaitable<Result<std::vector<std::string>>> scan_keys(
    redis::Connection& redis, std::string pattern);

/// The text as a pattern that matches it alone.
std::string glob_escaped(std::string_view text);

} // namespace freshet::prep
