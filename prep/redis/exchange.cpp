#include "prep/redis/exchange.hpp"

#include <array>

namespace freshet::prep::redis {

using boost::asio::awaitable;

awaitable<Result<std::vector<Reply>>> exchange(
    Transport& transport, ReplyReader& reader, std::string wire, std::size_t count) {
    if (const auto failure = co_await transport.write(wire))
        co_return Error{Errc::unavailable, failure.message()};
    std::vector<Reply> replies;
    while (replies.size() < count) {
        auto next = co_await read_reply(transport, reader);
        if (!next && !replies.empty()) break; // what it said before it hung up tells more
        if (!next) co_return next.error();
        replies.push_back(std::move(*next));
    }
    co_return replies;
}

awaitable<Result<Reply>> read_reply(Transport& transport, ReplyReader& reader) {
    std::array<char, 4096> buffer;
    for (;;) {
        auto next = reader.next();
        if (!next) co_return next.error();
        if (*next) co_return std::move(**next);
        std::size_t received = 0;
        if (const auto failure = co_await transport.read_some(buffer, received))
            co_return Error{Errc::unavailable, failure.message()};
        reader.feed({buffer.data(), received});
    }
}

} // namespace freshet::prep::redis
