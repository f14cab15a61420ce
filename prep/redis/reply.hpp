#pragma once

#include "rules/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct redisReply;

namespace freshet::prep::redis {

/// A look at one reply, or at an element of it. Valid as long as the Reply that it comes from.
/// Accessors never fail: what a reply is not reads as empty, zero or nil, because scripts of ours answer in
/// known shapes; use kind() where the shape is in doubt.
class ReplyView {
public:
    enum class Kind { nil, text, integer, array, status, error };

    ReplyView() = default;
    explicit ReplyView(const redisReply* raw) noexcept : raw_(raw) {}

    Kind kind() const noexcept;
    bool is_nil() const noexcept { return kind() == Kind::nil; }
    bool is_error() const noexcept { return kind() == Kind::error; }

    /// Text of a bulk string, a status or an error; else empty.
    std::string_view text() const noexcept;
    /// An integer reply, or text that is wholly a decimal integer; else 0.
    std::int64_t integer() const noexcept;
    /// Elements of an array; 0 for anything else.
    std::size_t size() const noexcept;
    /// The element, or a nil view past the end.
    ReplyView operator[](std::size_t index) const noexcept;
    /// Text that is there: nothing for nil.
    std::optional<std::string> optional_text() const;

private:
    const redisReply* raw_ = nullptr;
};

/// A whole reply, owned. Movable; one that was moved from is nil.
class Reply : public ReplyView {
public:
    Reply() = default;
    /// Takes over what hiredis made.
    explicit Reply(redisReply* owned) noexcept : ReplyView(owned), owner_(owned) {}
    Reply(Reply&& other) noexcept
        : ReplyView(std::exchange(other.view(), {})), owner_(std::move(other.owner_)) {}
    Reply& operator=(Reply&& other) noexcept {
        view() = std::exchange(other.view(), {});
        owner_ = std::move(other.owner_);
        return *this;
    }

private:
    struct Free {
        void operator()(redisReply* raw) const noexcept;
    };
    ReplyView& view() noexcept { return *this; }

    std::unique_ptr<redisReply, Free> owner_;
};

} // namespace freshet::prep::redis
