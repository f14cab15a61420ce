#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <iosfwd>
#include <limits>
#include <string>

/// `freshet prep <run id>`: timestamps, checklist and locks of a run. Exit codes as in exit_code.hpp, errors
/// are thrown as Failure.
namespace freshet::jobs::cli {

struct PrepOptions {
    enum class Format { columns, json } format = Format::columns; ///< json: one object a line
    /// live: printed again whenever the run's hash changes (keyspace notifications), until it is cancelled.
    enum class Follow { no, live } follow = Follow::no;
    std::size_t most_prints = std::numeric_limits<std::size_t>::max();
};

/// not_found if Redis knows nothing of the run. `redis` says where Redis is.
boost::asio::awaitable<int> prep_status(
    prep::redis::Connection& redis, std::string run_id, PrepOptions options, std::ostream& out);

} // namespace freshet::jobs::cli
