#include "prep/redis/multiplexer.hpp"

#include <boost/test/unit_test.hpp>

#include <list>

namespace freshet::prep::redis {
namespace {

using namespace std::chrono_literals;

/// One command with one reply, remembering what became of it.
struct OneCall final : Multiplexer::Call {
    OneCall(std::string wire, Multiplexer::TimePoint deadline)
        : Call(std::move(wire), {&reply, 1}, deadline) {}
    void on_done() noexcept override { ++told; }

    Reply reply;
    int told = 0;
};

struct TwoCalls final : Multiplexer::Call {
    TwoCalls(std::string wire, Multiplexer::TimePoint deadline) : Call(std::move(wire), replies, deadline) {}
    void on_done() noexcept override {}

    Reply replies[2];
};

const Error broken{Errc::unavailable, "Redis at test: End of file"};

/// A multiplexer with a time limit of 10 s for calls, idle probes after 15 s and 5 s of grace.
struct Fixture {
    OneCall& call(std::string wire) {
        auto& call = calls.emplace_back(std::move(wire), now + 10s);
        multiplexer.submit(call);
        return call;
    }
    std::string output() {
        std::string output;
        multiplexer.take_output(output);
        return output;
    }
    void connect() { multiplexer.connection_made(now); }
    void receive(std::string_view bytes) {
        const auto understood = multiplexer.feed(bytes, now);
        BOOST_REQUIRE_MESSAGE(understood.has_value(), understood.error().message);
    }
    Result<> tick_after(std::chrono::milliseconds time) {
        now += time;
        return multiplexer.tick(now, "Redis at test: connect: Connection refused");
    }
    static void check_failed(const Multiplexer::Call& call, Errc code, std::string_view part) {
        BOOST_REQUIRE(call.failure().has_value());
        BOOST_TEST((call.failure()->code == code));
        BOOST_TEST(call.failure()->message.find(part) != std::string::npos, call.failure()->message);
    }

    Multiplexer::TimePoint now{1'000'000s};
    std::list<OneCall> calls;
    Multiplexer multiplexer{"test", {.idle_ping_interval = 15s, .grace = 5s}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(multiplexer, Fixture)

BOOST_AUTO_TEST_CASE(calls_wait_for_a_connection_and_go_out_in_one_piece) {
    call("A");
    call("B");
    BOOST_TEST(output() == "");
    connect();
    BOOST_TEST(output() == "AB");
    BOOST_TEST(output() == "");
}

BOOST_AUTO_TEST_CASE(replies_find_their_calls_in_order_and_in_pieces) {
    connect();
    auto& a = call("A");
    auto& b = call("B");
    output();
    receive("+a\r");
    BOOST_TEST(!a.done());
    receive("\n+b\r\n");
    BOOST_TEST(a.reply.text() == "a");
    BOOST_TEST(b.reply.text() == "b");
    BOOST_TEST(a.told == 1);
    BOOST_TEST(!a.failure().has_value());
}

BOOST_AUTO_TEST_CASE(a_call_of_several_commands_is_done_with_its_last_reply) {
    connect();
    TwoCalls both("AB", now + 10s);
    multiplexer.submit(both);
    auto& next = call("C");
    BOOST_TEST(output() == "ABC");
    receive("+a\r\n");
    BOOST_TEST(!both.done());
    receive("-b\r\n+c\r\n");
    BOOST_TEST(both.done());
    BOOST_TEST(both.replies[1].text() == "b");
    BOOST_TEST(next.reply.text() == "c");
}

BOOST_AUTO_TEST_CASE(a_large_command_goes_out_alone) {
    connect();
    call("A");
    call(std::string(1'000'000, 'B'));
    call("C");
    BOOST_TEST(output() == "A");
    BOOST_TEST(output().size() == 1'000'000U);
    BOOST_TEST(output() == "C");
}

BOOST_AUTO_TEST_CASE(a_lost_connection_leaves_sent_calls_with_unknown_fate_and_queued_ones_waiting) {
    connect();
    auto& sent = call("A");
    output();
    auto& queued = call("B");
    multiplexer.connection_lost(broken);
    check_failed(sent, Errc::unknown_fate, "End of file; the command was sent and may or may not");
    BOOST_TEST(!queued.done());
    connect();
    BOOST_TEST(output() == "B");
    receive("+b\r\n");
    BOOST_TEST(queued.reply.text() == "b");
}

BOOST_AUTO_TEST_CASE(half_a_reply_of_the_old_connection_does_not_spoil_the_new_one) {
    connect();
    call("A");
    output();
    receive("$5\r\nhel");
    multiplexer.connection_lost(broken);
    connect();
    auto& next = call("B");
    output();
    receive("+b\r\n");
    BOOST_TEST(next.reply.text() == "b");
}

BOOST_AUTO_TEST_CASE(a_call_that_was_never_sent_in_time_is_unavailable_and_says_why) {
    auto& waiting = call("A");
    BOOST_TEST((multiplexer.next_tick() == now + 10s));
    BOOST_TEST(tick_after(9'999ms).has_value());
    BOOST_TEST(!waiting.done());
    BOOST_TEST(tick_after(1ms).has_value());
    check_failed(waiting, Errc::unavailable, "Connection refused");
    connect();
    BOOST_TEST(output() == "");
}

BOOST_AUTO_TEST_CASE(the_late_reply_of_a_call_out_of_time_is_dropped_and_the_next_is_right) {
    connect();
    auto& late = call("A");
    output();
    BOOST_TEST(tick_after(10s).has_value());
    check_failed(late, Errc::unknown_fate, "did not reply in time");
    auto& next = call("B");
    BOOST_TEST(output() == "B");
    receive("+a\r\n");
    BOOST_TEST(!next.done());
    receive("+b\r\n");
    BOOST_TEST(next.reply.text() == "b");
    BOOST_TEST(late.told == 1);
}

BOOST_AUTO_TEST_CASE(an_abandoned_call_is_not_sent_or_its_reply_is_dropped) {
    connect();
    auto& sent = call("A");
    output();
    auto& queued = call("B");
    auto& next = call("C");
    multiplexer.abandon(sent);
    multiplexer.abandon(queued);
    BOOST_TEST(output() == "C");
    receive("+a\r\n+c\r\n");
    BOOST_TEST(next.reply.text() == "c");
    BOOST_TEST(sent.told + queued.told == 0);
    multiplexer.abandon(next);
}

BOOST_AUTO_TEST_CASE(an_abandoned_call_of_several_commands_takes_all_its_replies_with_it) {
    connect();
    TwoCalls both("AB", now + 10s);
    multiplexer.submit(both);
    output();
    receive("+a\r\n");
    multiplexer.abandon(both);
    auto& next = call("C");
    output();
    receive("+b\r\n+c\r\n");
    BOOST_TEST(next.reply.text() == "c");
}

BOOST_AUTO_TEST_CASE(a_reply_that_nobody_asked_for_and_bytes_that_are_none_end_the_connection) {
    connect();
    BOOST_TEST(multiplexer.feed("+a\r\n", now).error().message ==
               "Redis at test sent a reply that nothing asked for");
    multiplexer.connection_lost(broken);
    connect();
    call("A");
    output();
    BOOST_TEST(multiplexer.feed("SSH-2.0\r\n", now).has_error());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_probed_and_given_up_if_the_probe_is_not_answered) {
    connect();
    BOOST_TEST((multiplexer.next_tick() == now + 15s));
    BOOST_TEST(tick_after(14'999ms).has_value());
    BOOST_TEST(output() == "");
    BOOST_TEST(tick_after(1ms).has_value());
    BOOST_TEST(output() == "*1\r\n$4\r\nPING\r\n");
    BOOST_TEST((multiplexer.next_tick() == now + 5s));
    BOOST_TEST(tick_after(4'999ms).has_value());
    const auto verdict = tick_after(1ms);
    BOOST_REQUIRE(verdict.has_error());
    BOOST_TEST(verdict.error().message == "Redis at test has fallen silent");
}

BOOST_AUTO_TEST_CASE(a_connection_that_becomes_idle_between_two_ticks_is_probed_in_time) {
    connect();
    OneCall blocking("BLPOP", now + 60s);
    multiplexer.submit(blocking);
    output();
    BOOST_TEST(tick_after(0s).has_value());
    const auto next = multiplexer.next_tick();
    now += 1s;
    receive("*-1\r\n");
    BOOST_TEST((next <= now + 15s));
}

BOOST_AUTO_TEST_CASE(an_answered_probe_is_repeated_after_the_next_silence) {
    connect();
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(tick_after(15s).has_value());
        BOOST_TEST(output() != "");
        now += 1s;
        receive("+PONG\r\n");
        BOOST_TEST((multiplexer.next_tick() == now + 15s));
    }
}

BOOST_AUTO_TEST_CASE(a_connection_that_blocks_in_a_command_is_not_probed_and_not_given_up_before_its_time) {
    connect();
    OneCall blocking("BLPOP", now + 60s);
    multiplexer.submit(blocking);
    output();
    BOOST_TEST(tick_after(59s).has_value());
    BOOST_TEST(output() == "");
    BOOST_TEST(tick_after(1s).has_value());
    check_failed(blocking, Errc::unknown_fate, "did not reply in time");
    BOOST_TEST(tick_after(4'999ms).has_value());
    BOOST_TEST(tick_after(1ms).has_error());
}

BOOST_AUTO_TEST_CASE(a_long_reply_that_still_trickles_in_keeps_the_connection) {
    connect();
    call("A");
    output();
    receive("$1000\r\n");
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(tick_after(4s).has_value());
        receive("some more");
    }
    BOOST_TEST(tick_after(5s).has_error());
}

BOOST_AUTO_TEST_CASE(a_server_that_cannot_serve_is_left_when_its_replies_are_in) {
    for (const auto* reply : {"-READONLY You can't write against a read only replica.\r\n",
             "-LOADING Redis is loading the dataset in memory\r\n"}) {
        connect();
        auto& refused = call("A");
        auto& other = call("B");
        output();
        receive(reply);
        BOOST_TEST(refused.reply.is_error());
        BOOST_TEST(!multiplexer.wants_other_server());
        auto& queued = call("C");
        BOOST_TEST(output() == "");
        receive("+b\r\n");
        BOOST_TEST(other.reply.text() == "b");
        BOOST_TEST(multiplexer.wants_other_server());
        multiplexer.connection_lost(broken);
        connect();
        BOOST_TEST(!multiplexer.wants_other_server());
        BOOST_TEST(output() == "C");
        receive("+c\r\n");
        BOOST_TEST(queued.reply.text() == "c");
        multiplexer.connection_lost(broken);
    }
}

BOOST_AUTO_TEST_CASE(fail_all_ends_queued_and_sent_calls) {
    connect();
    auto& sent = call("A");
    output();
    auto& queued = call("B");
    multiplexer.fail_all({Errc::canceled, "stopped"});
    check_failed(sent, Errc::canceled, "stopped");
    check_failed(queued, Errc::canceled, "stopped");
    BOOST_TEST(output() == "");
    BOOST_TEST((sent.told == 1 && queued.told == 1));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
