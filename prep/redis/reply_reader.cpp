#include "prep/redis/reply_reader.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <new>

namespace freshet::prep::redis {

ReplyReader::ReplyReader() : reader_(redisReaderCreate()) {
    if (!reader_) throw std::bad_alloc();
    reader_->maxbuf = 1024 * 1024; // the default of 16 KiB would free the buffer after every large read
}

void ReplyReader::feed(std::string_view bytes) {
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK &&
        reader_->err == REDIS_ERR_OOM)
        throw std::bad_alloc();
}

Result<std::optional<Reply>> ReplyReader::next() {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK)
        return Error{
            Errc::refused, fmt::format("the server does not speak Redis' protocol: {}", reader_->errstr)};
    if (!reply) return std::optional<Reply>();
    return std::optional<Reply>(static_cast<redisReply*>(reply));
}

void ReplyReader::Free::operator()(redisReader* reader) const noexcept {
    redisReaderFree(reader);
}

} // namespace freshet::prep::redis
