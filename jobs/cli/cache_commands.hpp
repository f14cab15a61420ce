#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

/// `freshet cache`: the cached controllers of a run. Exit codes as in exit_code.hpp, errors are thrown as
/// Failure. `redis` says where Redis is; the commands open a connection to the runs' database themselves.
namespace freshet::jobs::cli {

/// Prints a controller as readers see it: from the cache if that mirrors the file, else from the file.
boost::asio::awaitable<int> cache_get(
    prep::redis::Connection& redis, std::filesystem::path run_dir, std::string controller, std::ostream& out);
/// Drops the entries of one controller, or of all.
boost::asio::awaitable<int> cache_clear(prep::redis::Connection& redis, std::filesystem::path run_dir,
    std::optional<std::string> controller, std::ostream& out);
/// Replaces the entries of one controller, or of all whose files exist, by what the files say.
boost::asio::awaitable<int> cache_refresh(prep::redis::Connection& redis, std::filesystem::path run_dir,
    std::optional<std::string> controller, std::ostream& out);

} // namespace freshet::jobs::cli
