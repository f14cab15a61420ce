#pragma once

#include "jobs/cli/command_table.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Queues and what is on them; errors are thrown as Failure.
namespace freshet::jobs::cli {

/// By name; what stands beside a queue for one kind of slot is part of the queue.
boost::asio::awaitable<std::vector<std::string>> queue_names(prep::redis::Connection& redis);

/// not_found with what to do, for a queue that Redis does not know.
boost::asio::awaitable<void> check_queue(prep::redis::Connection& redis, std::string queue);

/// The one that --queue names, which must be there, else all.
boost::asio::awaitable<std::vector<std::string>> chosen_queues(const Context& context);

/// A list or registry that names jobs.
struct Place {
    std::string key;
    std::string waits_for; ///< `key <key>` or `<kind> slot`: what queued jobs lack there; '' : nothing
};
Place waiting_for_key(std::string_view key);
/// One for each kind of slot.
std::vector<Place> waiting_for_slots(std::string_view queue);

struct ListedJob {
    std::string id;
    Place place;
};

/// The jobs that are in a state by the lists or the registry of a queue; read in slices. `stopped` ones are
/// those of `failed`.
boost::asio::awaitable<std::vector<ListedJob>> jobs_in(
    prep::redis::Connection& redis, std::string queue, std::string state);

/// The queued jobs that wait for keys, by queue.
boost::asio::awaitable<std::map<std::string, std::vector<ListedJob>>> jobs_waiting_for_keys(
    prep::redis::Connection& redis);

} // namespace freshet::jobs::cli
