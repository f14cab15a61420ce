#pragma once

#include "prep/redis/reply_reader.hpp"
#include "prep/redis/transport.hpp"

#include <memory>

namespace freshet::prep::redis {

/// Where the sentinels say that the primary is.
struct Primary {
    /// Those that were asked with, with the primary's host and port in place of the sentinels.
    Settings server;
    /// To the sentinel that said so; it will be told of `+switch-master`.
    std::unique_ptr<Transport> sentinel;
    ReplyReader from_sentinel;
};

/// Asks the sentinels of `settings`, one after the other until one knows, each for connect_timeout at most.
/// TLS settings apply to them too. `unavailable` says what came of each.
boost::asio::awaitable<Result<Primary>> find_primary(
    boost::asio::any_io_executor executor, const Settings& settings);

/// Returns when the primary is elsewhere than `known`, and says where. Sentinels that are away are asked
/// again each backoff_limit.
boost::asio::awaitable<Error> wait_for_another_primary(
    boost::asio::any_io_executor executor, const Settings& settings, Primary known);

} // namespace freshet::prep::redis
