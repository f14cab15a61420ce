#pragma once

#include "prep/redis/connection.hpp"
#include "prep/store/stale_cache.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace freshet::prep {

/// Records that `task` (stored value; '' : none) of a run is done and drops the caches that became stale, in
/// one step. The timestamp recorded (see RedisPrep), 0 for none. Thread, executor, errors and cancellation as
/// `runs`, which is connected to the runs' database. A repeated call records a new timestamp.
boost::asio::awaitable<Result<std::int64_t>> affect_run(
    redis::Connection& runs, std::string run_id, std::string task, std::vector<StaleCache> stale);

} // namespace freshet::prep
