#pragma once

#include "jobs/cli/command_table.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Queues and what is on them; errors are thrown as Failure.
namespace freshet::jobs::cli {

/// By name.
boost::asio::awaitable<std::vector<std::string>> queue_names(prep::redis::Connection& redis);

/// The one that --queue names, else all.
boost::asio::awaitable<std::vector<std::string>> chosen_queues(const Context& context);

/// Ids of the jobs that are in a state by the queue's list or registry; read in slices. `stopped` ones are
/// those of `failed`.
boost::asio::awaitable<std::vector<std::string>> ids_in(
    prep::redis::Connection& redis, std::string queue, std::string state);

} // namespace freshet::jobs::cli
