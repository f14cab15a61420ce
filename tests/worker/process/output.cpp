#include "worker/process/output.hpp"

#include "tests/worker/process/child_support.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker::test {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

Lines split(const std::vector<std::string>& pieces, std::size_t max_bytes = 100) {
    Lines lines;
    LineSplitter splitter(max_bytes, [&](std::string_view line) { lines.emplace_back(line); });
    for (const auto& piece : pieces)
        splitter.feed(piece);
    splitter.finish();
    return lines;
}

} // namespace

BOOST_AUTO_TEST_SUITE(output)

BOOST_AUTO_TEST_CASE(a_stream_is_cut_into_lines_however_its_pieces_fall) {
    struct Case {
        std::vector<std::string> pieces;
        Lines lines;
    };
    const Case cases[] = {
        {{"one\ntwo\n"}, {"one", "two"}},
        {{"o", "ne", "\n", "two"}, {"one", "two"}},
        {{"one\r", "\ntwo\r\n"}, {"one", "two"}},
        {{"10%\r20%\r30%"}, {"10%", "20%", "30%"}},
        {{"\n\n  \n", "\t\n"}, {}},
        {{""}, {}},
        {{"  indented\n"}, {"  indented"}},
    };
    for (const Case& expected : cases)
        BOOST_TEST(split(expected.pieces) == expected.lines, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_long_line_is_cut_whole_or_in_pieces) {
    const Lines expected{"12345", "ab"};
    BOOST_TEST(split({"123456789\nab\n"}, 5) == expected, boost::test_tools::per_element());
    BOOST_TEST(split({"123", "456", "789\nab\n"}, 5) == expected, boost::test_tools::per_element());
    BOOST_TEST(split({"12345", "6\n", "ab"}, 5) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_history_keeps_the_last_lines_in_order) {
    LineHistory history(3, {}, 0);
    BOOST_TEST(history.last_lines().empty());
    for (const auto* line : {"1", "2", "3", "4", "5"})
        history.add(line, {});
    BOOST_TEST(history.last_lines() == (Lines{"3", "4", "5"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lines_beyond_the_rate_are_counted_and_the_next_second_is_free_again) {
    Lines seen;
    LineHistory history(
        10, [&](std::string_view line) { seen.emplace_back(line); }, 2);
    const LineHistory::Clock::time_point start{1h};
    for (const auto* line : {"a", "b", "c", "d"})
        history.add(line, start);
    history.add("e", start + 999ms);
    history.add("f", start + 1s);
    BOOST_TEST(seen == (Lines{"a", "b", "f"}), boost::test_tools::per_element());
    BOOST_TEST(history.not_passed() == 3U);
}

BOOST_AUTO_TEST_CASE(a_log_within_its_limit_is_the_output_itself) {
    const Folder folder;
    auto log = LogFile::create(folder / "log", 6).value();
    log.append("abc");
    log.append("def");
    log.finish();
    BOOST_TEST(text_of(folder / "log") == "abcdef");
}

BOOST_AUTO_TEST_CASE(a_log_beyond_its_limit_ends_with_a_line_that_tells_what_is_missing) {
    const Folder folder;
    auto log = LogFile::create(folder / "log", 6).value();
    log.append("abcd");
    log.append("efgh");
    log.append("ijkl");
    log.finish();
    BOOST_TEST(text_of(folder / "log") == "abcdef\n[freshet: 6 bytes of output dropped after the first 6]\n");
    BOOST_TEST(log.written() == 6U);
    BOOST_TEST(log.dropped() == 6U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::test
