#pragma once

#include "prep/redis/reply_reader.hpp"
#include "prep/redis/subscriber.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep::redis {

/// The protocol side of a Subscriber: what is wanted, what Redis has confirmed, which messages have come. No
/// I/O and no clock, as Multiplexer.
class Subscriptions {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Names = std::vector<std::string>;
    enum class Kind { channel, pattern };

    struct Limits {
        std::chrono::milliseconds idle_ping_interval{};
        std::chrono::milliseconds grace{}; ///< how long an answer may take
        std::size_t kept_messages = 10'000;
    };

    Subscriptions(std::string where, Limits limits);

    /// Subscribes now if connected, and on every later connection.
    void want(Kind kind, const Names& names, TimePoint now);
    void unwant(const Names& channels, TimePoint now);
    bool confirmed(Kind kind, const Names& names) const;
    /// Redis has confirmed that they have gone, or the connection went with them.
    bool gone(const Names& channels) const;
    /// Redis' answer if it refused one of them; it is not wanted any more then.
    std::optional<Error> refusal(Kind kind, const Names& names) const;

    void connection_made(TimePoint now);
    void connection_lost();
    std::string take_output() { return std::exchange(output_, {}); }
    bool has_output() const noexcept { return !output_.empty(); }
    /// Bytes from the server. `refused` if they are not what a subscriber can get: close the connection.
    Result<> feed(std::string_view bytes, TimePoint now);

    /// Probes an idle connection. An error: the connection is dead and must be closed.
    Result<> tick(TimePoint now);
    TimePoint next_tick() const noexcept;

    std::optional<Message> take_message();
    /// Once after each loss: all that was wanted is confirmed again.
    bool take_restored() noexcept { return std::exchange(restored_, false); }
    bool has_news() const noexcept { return restored_ || !messages_.empty(); }
    /// Messages that were thrown away because nobody read them, since the last call.
    std::uint64_t take_dropped() noexcept { return std::exchange(dropped_, 0); }

    /// What Redis has refused since the last call, for the log.
    std::vector<Error> take_refusals() { return std::exchange(new_refusals_, {}); }

private:
    using Name = std::pair<Kind, std::string>;
    /// A command whose answer is still to come. One for each name: Redis refuses a command as a whole.
    struct Sent {
        std::string verb;
        Name name; ///< of no meaning for PING
        TimePoint due;
    };

    void subscribe(const Name& name, TimePoint now);
    Result<> take_in(const Reply& reply);
    void agreed(const Sent& asked);
    void refused(const Sent& asked, std::string_view reply);
    void keep(Message message);
    void notice_restoration();
    TimePoint dead_at() const noexcept;

    std::string where_;
    Limits limits_;
    std::map<Name, bool> wanted_; ///< and whether the present connection has it
    std::set<Name> leaving_;
    std::map<Name, Error> refusals_;
    std::vector<Error> new_refusals_;
    std::deque<Sent> line_;
    std::string output_;
    std::optional<ReplyReader> reader_; ///< while connected
    TimePoint last_received_{};
    TimePoint last_tick_{};
    std::deque<Message> messages_;
    std::uint64_t dropped_ = 0;
    bool lost_ = false;
    bool restored_ = false;
};

} // namespace freshet::prep::redis
