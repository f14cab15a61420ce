#include "prep/redis/multiplexer.hpp"

#include "prep/redis/command.hpp"
#include "prep/redis/error_reply.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::prep::redis {
namespace {

/// More than this is not handed out at once: what is still queued when a connection breaks was never sent.
constexpr std::size_t output_limit = 256 * 1024;

} // namespace

Multiplexer::Call::Call(std::string wire, std::span<Reply> replies, TimePoint deadline)
    : deadline_(deadline), wire_(std::move(wire)), replies_(replies) {}

Multiplexer::Multiplexer(std::string where, Patience patience)
    : where_(std::move(where)), patience_(patience) {}

void Multiplexer::submit(Call& call) {
    queue_.push_back(call);
    deadlines_.insert(deadlines_.end(), call);
    call.state_ = Call::State::queued;
}

void Multiplexer::abandon(Call& call) noexcept {
    if (!call.done()) remove(call);
}

bool Multiplexer::has_output() const noexcept {
    return reader_ && !unfit_ && !queue_.empty();
}

void Multiplexer::take_output(std::string& output) {
    while (has_output()) {
        auto& call = queue_.front();
        if (!output.empty() && output.size() + call.wire_.size() > output_limit) return;
        send(call, output);
    }
}

void Multiplexer::send(Call& call, std::string& output) {
    const auto dead_at = &call == &probe_ ? call.deadline_ : call.deadline_ + patience_.grace;
    line_.push_back({&call, call.replies_.size(), dead_at});
    call.place_ = first_place_ + line_.size() - 1;
    call.state_ = Call::State::sent;
    queue_.pop_front();
    if (call.wire_.size() > output_limit)
        output = std::move(call.wire_); // too big to be copied, and always alone
    else
        output += call.wire_;
    call.wire_ = {};
}

void Multiplexer::connection_made(TimePoint now) {
    reader_.emplace();
    last_received_ = now;
    last_tick_ = now;
    unfit_ = false;
}

Result<> Multiplexer::feed(std::string_view bytes, TimePoint now) {
    last_received_ = now;
    reader_->feed(bytes);
    for (;;) {
        auto next = reader_->next();
        if (!next)
            return Error{next.error().code, fmt::format("Redis at {}: {}", where_, next.error().message)};
        if (!*next) return {};
        if (line_.empty())
            return Error{
                Errc::refused, fmt::format("Redis at {} sent a reply that nothing asked for", where_)};
        deliver(std::move(**next));
    }
}

void Multiplexer::deliver(Reply reply) {
    if (reply.is_error() && server_is_unfit(reply.text())) unfit_ = true;
    auto& place = line_.front();
    auto* call = place.call;
    if (call) call->replies_[call->received_++] = std::move(reply);
    if (--place.replies_left > 0) return;
    line_.pop_front();
    ++first_place_;
    if (call) finish(*call);
}

void Multiplexer::finish(Call& call) noexcept {
    remove(call);
    call.on_done();
}

void Multiplexer::fail(Call& call, const Error& why) {
    call.failure_ = why;
    finish(call);
}

void Multiplexer::remove(Call& call) noexcept {
    if (call.queue_hook_.is_linked()) queue_.erase(queue_.iterator_to(call));
    if (call.deadline_hook_.is_linked()) deadlines_.erase(deadlines_.iterator_to(call));
    if (call.state_ == Call::State::sent && call.place_ >= first_place_)
        line_[call.place_ - first_place_].call = nullptr;
    call.state_ = Call::State::done;
}

void Multiplexer::connection_lost(const Error& why) {
    reader_.reset();
    unfit_ = false;
    const Error verdict{Errc::unknown_fate,
        fmt::format("{}; the command was sent and may or may not have been executed", why.message)};
    while (!line_.empty()) {
        auto* call = line_.front().call;
        line_.pop_front();
        ++first_place_;
        if (call) fail(*call, verdict);
    }
}

Result<> Multiplexer::tick(TimePoint now, std::string_view away) {
    last_tick_ = now;
    expire(now, away);
    if (!reader_) return {};
    if (!line_.empty() && now >= dead_at())
        return Error{Errc::unavailable, fmt::format("Redis at {} has fallen silent", where_)};
    if (line_.empty() && now >= last_received_ + patience_.idle_ping_interval) probe(now);
    return {};
}

void Multiplexer::expire(TimePoint now, std::string_view away) {
    const Error sent{Errc::unknown_fate,
        fmt::format(
            "Redis at {} did not reply in time; the command was sent and may or may not have been executed",
            where_)};
    const Error queued{Errc::unavailable,
        reader_ ? fmt::format("Redis at {} did not take the command in time; it was not sent", where_)
                : fmt::format("not sent, no connection in time: {}", away)};
    while (!deadlines_.empty() && deadlines_.begin()->deadline_ <= now) {
        auto& call = *deadlines_.begin();
        fail(call, call.state_ == Call::State::sent ? sent : queued);
    }
}

void Multiplexer::probe(TimePoint now) {
    if (probe_.queue_hook_.is_linked()) return;
    probe_.wire_ = Command("PING").wire();
    probe_.deadline_ = now + patience_.grace;
    probe_.received_ = 0;
    submit(probe_);
}

Multiplexer::TimePoint Multiplexer::dead_at() const noexcept {
    return std::max(line_.front().dead_at, last_received_ + patience_.grace);
}

Multiplexer::TimePoint Multiplexer::next_tick() const noexcept {
    const auto deadline = deadlines_.empty() ? TimePoint::max() : deadlines_.begin()->deadline_;
    if (!reader_) return deadline;
    const bool idle = line_.empty() && !probe_.queue_hook_.is_linked();
    if (idle) return std::min(deadline, last_received_ + patience_.idle_ping_interval);
    // It may become idle at any time without a tick: look again before a probe can be due.
    const auto next = std::min(deadline, last_tick_ + patience_.idle_ping_interval);
    return line_.empty() ? next : std::min(next, dead_at());
}

void Multiplexer::fail_all(const Error& why) {
    while (!deadlines_.empty())
        fail(*deadlines_.begin(), why);
}

} // namespace freshet::prep::redis
