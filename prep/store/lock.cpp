#include "prep/store/lock.hpp"

#include <boost/json/parse.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace freshet::prep {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

std::string text_of(const json::object& payload, std::string_view field) {
    const auto* value = payload.if_contains(field);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<std::int64_t> seconds_of(const json::object& payload, std::string_view field) {
    const auto* value = payload.if_contains(field);
    if (!value || !value->is_number()) return std::nullopt;
    json::error_code error;
    const auto seconds = value->to_number<std::int64_t>(error);
    return error ? std::nullopt : std::optional(seconds);
}

std::string replaced(std::string text, std::string_view mark, std::int64_t value) {
    const auto at = text.find(mark);
    return at == text.npos ? text : text.replace(at, mark.size(), std::to_string(value));
}

} // namespace

Lock::Lock(std::string run_id, std::vector<Part> parts, std::string token, std::chrono::seconds ttl)
    : run_id_(std::move(run_id)),
      parts_(std::move(parts)),
      token_(std::move(token)),
      ttl_(ttl),
      good_until_(std::make_shared<std::atomic<Clock::time_point>>(Clock::time_point::min())) {}

std::vector<std::string> Lock::keys() const {
    std::vector<std::string> keys;
    for (const Part& part : parts_)
        keys.push_back(part.key);
    return keys;
}

Result<> Lock::check_lease() const {
    if (Clock::now() < good_until_->load()) return {};
    return Error{Errc::lease_lost, fmt::format("the lock {} is no longer held", parts_.front().key)};
}

void Lock::granted(Clock::time_point asked_at) noexcept {
    good_until_->store(asked_at + ttl_);
}

void Lock::taken(std::int64_t acquired_at, std::int64_t fence) {
    for (Part& part : parts_)
        part.payload = replaced(std::move(part.payload), "@acquired_at@", acquired_at);
    fence_ = fence;
}

void Lock::ended() noexcept {
    good_until_->store(Clock::time_point::min());
}

std::string lock_key(std::string_view run_id, std::string_view name) {
    return fmt::format("nodb-lock:{}:{}", run_id, name);
}

LockHolder parse_lock(std::string_view name, std::string_view value) {
    LockHolder holder{.name = std::string(name), .token = std::string(value)};
    json::error_code error;
    const auto payload = json::parse(value, error);
    if (error || !payload.is_object() || text_of(payload.get_object(), "token").empty()) return holder;
    const auto& fields = payload.get_object();
    holder.token = text_of(fields, "token");
    holder.owner = text_of(fields, "owner");
    holder.purpose = text_of(fields, "purpose");
    holder.execution_id = text_of(fields, "rq_execution_id");
    holder.acquired_at = seconds_of(fields, "acquired_at");
    holder.expires_at = seconds_of(fields, "expires_at");
    return holder;
}

std::string describe(const LockHolder& holder) {
    auto text = fmt::format("{} is locked by {}", holder.name,
        holder.owner.empty() ? "an owner that left no name" : holder.owner);
    if (!holder.purpose.empty()) text += fmt::format(" for {}", holder.purpose);
    if (holder.acquired_at) text += fmt::format(" since {:%FT%TZ}", fmt::gmtime(*holder.acquired_at));
    if (holder.expires_at) text += fmt::format(" until {:%FT%TZ} or longer", fmt::gmtime(*holder.expires_at));
    return text;
}

} // namespace freshet::prep
