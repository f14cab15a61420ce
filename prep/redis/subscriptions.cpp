#include "prep/redis/subscriptions.hpp"

#include "prep/redis/command.hpp"
#include "prep/redis/error_reply.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::prep::redis {

Subscriptions::Subscriptions(std::string where, Limits limits) : where_(std::move(where)), limits_(limits) {}

void Subscriptions::want(Kind kind, const Names& names, TimePoint now) {
    for (const auto& text : names) {
        const Name name{kind, text};
        refusals_.erase(name);
        const bool is_new = wanted_.emplace(name, false).second;
        if (is_new && reader_) subscribe(name, now);
    }
}

void Subscriptions::subscribe(const Name& name, TimePoint now) {
    const std::string verb = name.first == Kind::channel ? "SUBSCRIBE" : "PSUBSCRIBE";
    output_ += Command(verb, name.second).wire();
    line_.push_back({verb, name, now + limits_.grace});
}

void Subscriptions::unwant(const Names& channels, TimePoint now) {
    for (const auto& channel : channels) {
        const Name name{Kind::channel, channel};
        if (wanted_.erase(name) == 0 || !reader_) continue;
        leaving_.insert(name);
        output_ += Command("UNSUBSCRIBE", channel).wire();
        line_.push_back({"UNSUBSCRIBE", name, now + limits_.grace});
    }
}

bool Subscriptions::confirmed(Kind kind, const Names& names) const {
    return std::ranges::all_of(names, [&](const std::string& name) {
        const auto found = wanted_.find({kind, name});
        return found != wanted_.end() && found->second;
    });
}

bool Subscriptions::gone(const Names& channels) const {
    return std::ranges::none_of(channels, [&](const std::string& channel) {
        return leaving_.contains({Kind::channel, channel});
    });
}

std::optional<Error> Subscriptions::refusal(Kind kind, const Names& names) const {
    for (const auto& name : names)
        if (const auto found = refusals_.find({kind, name}); found != refusals_.end()) return found->second;
    return std::nullopt;
}

void Subscriptions::connection_made(TimePoint now) {
    reader_.emplace();
    last_received_ = now;
    last_tick_ = now;
    for (const auto& [name, has_it] : wanted_)
        subscribe(name, now);
}

void Subscriptions::connection_lost() {
    reader_.reset();
    output_.clear();
    line_.clear();
    leaving_.clear();
    for (auto& [name, has_it] : wanted_)
        lost_ = std::exchange(has_it, false) || lost_;
}

Result<> Subscriptions::feed(std::string_view bytes, TimePoint now) {
    last_received_ = now;
    reader_->feed(bytes);
    for (;;) {
        const auto next = reader_->next();
        if (!next)
            return Error{next.error().code, fmt::format("Redis at {}: {}", where_, next.error().message)};
        if (!*next) return {};
        if (auto understood = take_in(**next); !understood) return understood;
    }
}

Result<> Subscriptions::take_in(const Reply& reply) {
    const auto kind = reply[0].text();
    if (kind == "message") {
        keep({std::string(reply[1].text()), "", std::string(reply[2].text())});
        return {};
    }
    if (kind == "pmessage") {
        keep({std::string(reply[2].text()), std::string(reply[1].text()), std::string(reply[3].text())});
        return {};
    }
    if (line_.empty())
        return Error{Errc::refused, fmt::format("Redis at {} sent a reply that nothing asked for", where_)};
    const auto asked = std::move(line_.front());
    line_.pop_front();
    if (asked.verb != "PING") reply.is_error() ? refused(asked, reply.text()) : agreed(asked);
    if (line_.empty()) notice_restoration();
    return {};
}

void Subscriptions::agreed(const Sent& asked) {
    leaving_.erase(asked.name);
    const auto found = wanted_.find(asked.name);
    if (found != wanted_.end() && asked.verb != "UNSUBSCRIBE") found->second = true;
}

void Subscriptions::refused(const Sent& asked, std::string_view reply) {
    const auto error = error_from_reply(fmt::format("{} {}", asked.verb, asked.name.second), reply);
    new_refusals_.push_back(error);
    wanted_.erase(asked.name);
    leaving_.erase(asked.name);
    refusals_.insert_or_assign(asked.name, error);
}

void Subscriptions::notice_restoration() {
    if (!lost_ || !std::ranges::all_of(wanted_, [](const auto& wanted) { return wanted.second; })) return;
    lost_ = false;
    restored_ = true;
}

void Subscriptions::keep(Message message) {
    messages_.push_back(std::move(message));
    if (messages_.size() <= limits_.kept_messages) return;
    messages_.pop_front();
    ++dropped_;
}

std::optional<Message> Subscriptions::take_message() {
    if (messages_.empty()) return std::nullopt;
    auto message = std::move(messages_.front());
    messages_.pop_front();
    return message;
}

Result<> Subscriptions::tick(TimePoint now) {
    last_tick_ = now;
    if (!reader_) return {};
    if (!line_.empty() && now >= dead_at())
        return Error{Errc::unavailable, fmt::format("Redis at {} has fallen silent", where_)};
    if (line_.empty() && now >= last_received_ + limits_.idle_ping_interval) {
        output_ += Command("PING").wire();
        line_.push_back({"PING", {}, now + limits_.grace});
    }
    return {};
}

Subscriptions::TimePoint Subscriptions::next_tick() const noexcept {
    if (!reader_) return TimePoint::max();
    if (line_.empty()) return last_received_ + limits_.idle_ping_interval;
    // It may become idle at any time without a tick: look again before a probe can be due.
    return std::min(dead_at(), last_tick_ + limits_.idle_ping_interval);
}

Subscriptions::TimePoint Subscriptions::dead_at() const noexcept {
    return std::max(line_.front().due, last_received_ + limits_.grace);
}

} // namespace freshet::prep::redis
