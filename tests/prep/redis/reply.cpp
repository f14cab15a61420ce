#include "prep/redis/reply.hpp"

#include "prep/redis/reply_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

namespace freshet::prep::redis {
namespace {

Reply parsed(std::string_view bytes) {
    ReplyReader reader;
    reader.feed(bytes);
    return std::move(reader.next().value().value());
}

using Kind = ReplyView::Kind;

} // namespace

BOOST_AUTO_TEST_SUITE(reply)

BOOST_AUTO_TEST_CASE(every_kind_of_reply_reads_as_what_it_is_and_else_as_empty) {
    struct Case {
        std::string_view bytes;
        Kind kind;
        std::string_view text;
        std::int64_t integer;
        std::size_t size;
    };
    constexpr Case cases[] = {
        {"+OK\r\n", Kind::status, "OK", 0, 0},
        {"-ERR no\r\n", Kind::error, "ERR no", 0, 0},
        {":-42\r\n", Kind::integer, "", -42, 0},
        {{"$3\r\na\0b\r\n", 9}, Kind::text, {"a\0b", 3}, 0, 0},
        {"$2\r\n17\r\n", Kind::text, "17", 17, 0},
        {"$3\r\n17x\r\n", Kind::text, "17x", 0, 0},
        {"$20\r\n99999999999999999999\r\n", Kind::text, "99999999999999999999", 0, 0},
        {"$0\r\n\r\n", Kind::text, "", 0, 0},
        {"$-1\r\n", Kind::nil, "", 0, 0},
        {"*-1\r\n", Kind::nil, "", 0, 0},
        {"*0\r\n", Kind::array, "", 0, 0},
        {"*2\r\n:1\r\n:2\r\n", Kind::array, "", 0, 2},
    };
    for (const auto& [bytes, kind, text, integer, size] : cases) {
        BOOST_TEST_CONTEXT(bytes) {
            const auto reply = parsed(bytes);
            BOOST_TEST((reply.kind() == kind));
            BOOST_TEST(reply.text() == text);
            BOOST_TEST(reply.integer() == integer);
            BOOST_TEST(reply.size() == size);
        }
    }
}

BOOST_AUTO_TEST_CASE(elements_can_be_reached_and_past_the_end_is_nil) {
    const auto reply = parsed("*2\r\n*1\r\n$1\r\na\r\n$-1\r\n");
    BOOST_TEST(reply[0][0].text() == "a");
    BOOST_TEST(reply[0][0].optional_text().value() == "a");
    BOOST_TEST(!reply[1].optional_text().has_value());
    BOOST_TEST(reply[2].is_nil());
    BOOST_TEST(reply[0][0][0].is_nil());
}

BOOST_AUTO_TEST_CASE(a_reply_that_was_moved_from_is_nil) {
    auto reply = parsed("+OK\r\n");
    const auto taken = std::move(reply);
    BOOST_TEST(taken.text() == "OK");
    BOOST_TEST(reply.is_nil());
}

BOOST_AUTO_TEST_CASE(replies_may_come_in_pieces_of_any_size) {
    const std::string_view bytes = "*2\r\n$5\r\nhello\r\n:12\r\n+OK\r\n";
    ReplyReader reader;
    std::vector<Reply> replies;
    for (const char byte : bytes) {
        reader.feed({&byte, 1});
        if (auto next = reader.next().value()) replies.push_back(std::move(*next));
    }
    BOOST_REQUIRE(replies.size() == 2U);
    BOOST_TEST(replies[0][0].text() == "hello");
    BOOST_TEST(replies[1].text() == "OK");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_protocol_are_refused) {
    ReplyReader reader;
    reader.feed("HTTP/1.1 400 Bad Request\r\n");
    const auto next = reader.next();
    BOOST_REQUIRE(next.has_error());
    BOOST_TEST((next.error().code == Errc::refused));
    BOOST_TEST(next.error().message.find("does not speak Redis' protocol") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
