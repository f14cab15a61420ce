#pragma once

#include "prep/redis/reply_reader.hpp"
#include "prep/redis/transport.hpp"

#include <string>
#include <vector>

namespace freshet::prep::redis {

/// Sends commands over a transport that nobody else uses yet and reads `count` replies; what comes after them
/// stays in `reader`. Fewer replies if the server hung up after the first; `unavailable` without a prefix if
/// it sent none.
boost::asio::awaitable<Result<std::vector<Reply>>> exchange(
    Transport& transport, ReplyReader& reader, std::string wire, std::size_t count);

/// The next reply; `unavailable` when the connection has ended.
boost::asio::awaitable<Result<Reply>> read_reply(Transport& transport, ReplyReader& reader);

} // namespace freshet::prep::redis
