#pragma once

#include "prep/redis/reply_reader.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <boost/intrusive/set.hpp>
#include <boost/intrusive/set_hook.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace freshet::prep::redis {

/// Which reply belongs to which call: the queue of calls that wait for a connection, the line of those that
/// wait for their replies, time limits, and the verdict for each call when the connection breaks. No I/O and
/// no clock: bytes and the present time are handed in, so that every order of events can be tested.
///
/// A call goes queued -> sent -> done. It counts as sent as soon as take_output() hands out its bytes. A sent
/// call that nobody waits for any more (abandoned, out of time) leaves its place in the line: the reply that
/// comes for it later is dropped, and the replies behind it still find their calls.
class Multiplexer {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// One call: commands that are sent back to back, and room for their replies. Lives where its waiter
    /// lives; must be done or abandoned before it goes away.
    class Call {
    public:
        /// `wire` holds as many commands as `replies` has elements.
        Call(std::string wire, std::span<Reply> replies, TimePoint deadline);
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

        bool done() const noexcept { return state_ == State::done; }
        /// Why a call that is done has no replies; nothing if it has all of them.
        const std::optional<Error>& failure() const noexcept { return failure_; }

    protected:
        ~Call() = default;

    private:
        friend class Multiplexer;
        enum class State { idle, queued, sent, done };

        /// Told once, when the call is done. Must not call the multiplexer.
        virtual void on_done() noexcept = 0;

        boost::intrusive::list_member_hook<> queue_hook_;
        boost::intrusive::set_member_hook<> deadline_hook_;
        State state_ = State::idle;
        TimePoint deadline_;
        std::uint64_t place_ = 0; ///< in the line of sent calls, counted since the beginning
        std::string wire_;
        std::span<Reply> replies_;
        std::size_t received_ = 0;
        std::optional<Error> failure_;
    };

    struct Patience {
        /// Silence on an idle connection after which it is probed with a PING.
        std::chrono::milliseconds idle_ping_interval{};
        /// How long a connection may stay silent after a reply was due until it is given up.
        std::chrono::milliseconds grace{};
    };

    /// `where` names the server in messages.
    Multiplexer(std::string where, Patience patience);

    /// Puts a new call at the end of the queue.
    void submit(Call& call);
    /// The waiter goes away: a queued call is never sent, the reply of a sent one is dropped.
    void abandon(Call& call) noexcept;

    /// Appends what is to be written next to `output` and counts those calls as sent. Many small calls in one
    /// piece, a big one alone; nothing while there is nothing to send, no connection, or an unwanted one.
    void take_output(std::string& output);
    bool has_output() const noexcept;

    void connection_made(TimePoint now);
    /// Bytes from the server. `refused` if they are no replies: the connection must be closed.
    Result<> feed(std::string_view bytes, TimePoint now);
    /// Sent calls end with unknown_fate, queued ones stay.
    void connection_lost(const Error& why);

    /// Ends calls whose time is over, probes an idle connection. `away` says why there is no connection, for
    /// the calls that were never sent. An error: the connection is dead and must be closed.
    Result<> tick(TimePoint now, std::string_view away);
    /// When tick() has something to do next; TimePoint::max() for never.
    TimePoint next_tick() const noexcept;

    /// The server has said that it cannot serve (LOADING, READONLY) and all replies are in: connect anew.
    bool wants_other_server() const noexcept { return unfit_ && line_.empty(); }

    /// Ends every call.
    void fail_all(const Error& why);

private:
    struct Place {
        Call* call; ///< null if nobody waits any more
        std::size_t replies_left;
        TimePoint dead_at; ///< without any byte until then, the connection is given up
    };
    struct Probe final : Call {
        Probe() : Call("", {&reply, 1}, {}) {}
        void on_done() noexcept override {}
        Reply reply;
    };
    struct DeadlineOf {
        using type = TimePoint;
        TimePoint operator()(const Call& call) const noexcept { return call.deadline_; }
    };
    using Queue = boost::intrusive::list<Call,
        boost::intrusive::member_hook<Call, boost::intrusive::list_member_hook<>, &Call::queue_hook_>>;
    using Deadlines = boost::intrusive::multiset<Call,
        boost::intrusive::member_hook<Call, boost::intrusive::set_member_hook<>, &Call::deadline_hook_>,
        boost::intrusive::key_of_value<DeadlineOf>>;

    void send(Call& call, std::string& output);
    void deliver(Reply reply);
    void finish(Call& call) noexcept;
    void fail(Call& call, const Error& why);
    void remove(Call& call) noexcept;
    void expire(TimePoint now, std::string_view away);
    void probe(TimePoint now);
    TimePoint dead_at() const noexcept;

    std::string where_;
    Patience patience_;
    Probe probe_; ///< before the containers that it may stand in
    Queue queue_;
    std::deque<Place> line_;
    std::uint64_t first_place_ = 0;
    Deadlines deadlines_;
    std::optional<ReplyReader> reader_; ///< while connected
    TimePoint last_received_{};
    TimePoint last_tick_{};
    bool unfit_ = false;
};

} // namespace freshet::prep::redis
