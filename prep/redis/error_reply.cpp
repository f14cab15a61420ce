#include "prep/redis/error_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace freshet::prep::redis {
namespace {

std::string_view first_word(std::string_view text) noexcept {
    return text.substr(0, text.find(' '));
}

} // namespace

Error error_from_reply(std::string_view command, std::string_view reply) {
    constexpr std::array<std::string_view, 8> for_now{
        "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "BUSY", "NOREPLICAS", "MISCONF", "UNBLOCKED"};
    const bool away = std::ranges::find(for_now, first_word(reply)) != for_now.end();
    return {away ? Errc::unavailable : Errc::refused, fmt::format("{}: {}", command, reply)};
}

bool server_is_unfit(std::string_view error_reply) noexcept {
    const auto code = first_word(error_reply);
    return code == "LOADING" || code == "READONLY";
}

bool script_is_missing(std::string_view error_reply) noexcept {
    return first_word(error_reply) == "NOSCRIPT";
}

} // namespace freshet::prep::redis
