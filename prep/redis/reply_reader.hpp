#pragma once

#include "prep/redis/reply.hpp"

#include <memory>
#include <optional>
#include <string_view>

struct redisReader;

namespace freshet::prep::redis {

/// Cuts the bytes that a server sends into replies (RESP 2). No I/O.
class ReplyReader {
public:
    ReplyReader();

    /// Adds bytes as they came, in pieces of any size.
    void feed(std::string_view bytes);
    /// The next complete reply; nothing until more bytes have come. `refused` if the bytes are no RESP: the
    /// reader cannot be used any more.
    Result<std::optional<Reply>> next();

private:
    struct Free {
        void operator()(redisReader* reader) const noexcept;
    };
    std::unique_ptr<redisReader, Free> reader_;
};

} // namespace freshet::prep::redis
