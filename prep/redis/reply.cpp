#include "prep/redis/reply.hpp"

#include <hiredis/hiredis.h>

#include <charconv>

namespace freshet::prep::redis {

ReplyView::Kind ReplyView::kind() const noexcept {
    if (!raw_) return Kind::nil;
    switch (raw_->type) {
    case REDIS_REPLY_STRING:
        return Kind::text;
    case REDIS_REPLY_ARRAY:
        return Kind::array;
    case REDIS_REPLY_INTEGER:
        return Kind::integer;
    case REDIS_REPLY_STATUS:
        return Kind::status;
    case REDIS_REPLY_ERROR:
        return Kind::error;
    default:
        return Kind::nil;
    }
}

std::string_view ReplyView::text() const noexcept {
    switch (kind()) {
    case Kind::text:
    case Kind::status:
    case Kind::error:
        return {raw_->str, raw_->len};
    default:
        return {};
    }
}

std::int64_t ReplyView::integer() const noexcept {
    if (kind() == Kind::integer) return raw_->integer;
    const auto digits = text();
    const auto* end = digits.data() + digits.size();
    std::int64_t number = 0;
    const auto [stop, failure] = std::from_chars(digits.data(), end, number);
    return failure == std::errc() && stop == end ? number : 0;
}

std::size_t ReplyView::size() const noexcept {
    return kind() == Kind::array ? raw_->elements : 0;
}

ReplyView ReplyView::operator[](std::size_t index) const noexcept {
    return index < size() ? ReplyView(raw_->element[index]) : ReplyView();
}

std::optional<std::string> ReplyView::optional_text() const {
    if (is_nil()) return std::nullopt;
    return std::string(text());
}

void Reply::Free::operator()(redisReply* raw) const noexcept {
    freeReplyObject(raw);
}

} // namespace freshet::prep::redis
