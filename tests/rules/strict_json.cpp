#include "rules/strict_json.hpp"

#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

namespace freshet::rules {

BOOST_AUTO_TEST_SUITE(strict_json)

BOOST_AUTO_TEST_CASE(a_document_is_parsed) {
    const auto document = parse_strict_json("{\"a\": [1, {\"b\": \"x\"}], \"c\": {\"b\": null}}\n", "f.json");
    BOOST_TEST_REQUIRE(document.has_value());
    BOOST_TEST(document->at_pointer("/a/1/b").as_string() == "x");
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_file_the_line_and_the_column) {
    const std::pair<std::string_view, std::string_view> cases[]{
        {"", "f.json line 1 column 1: not JSON: the text ends too early"},
        {"{\"a\": 1", "f.json line 1 column 8: not JSON: the text ends too early"},
        {"{\n  \"a\" 1\n}", "f.json line 2 column 7: not JSON: syntax error"},
        {"{\n\n  \"a\": 1,\n}", "f.json line 4 column 1: not JSON: syntax error"},
        {"{} x", "f.json line 1 column 4: not JSON: extra data"},
        {"// note\n{}", "f.json line 1 column 1: not JSON: syntax error"},
        {"\xef\xbb\xbf{}", "f.json line 1 column 1: not JSON: syntax error"},
        {"[\"\xff\"]", "f.json line 1 column 3: not JSON: syntax error"},
    };
    for (const auto& [text, message] : cases) {
        const auto document = parse_strict_json(text, "f.json");
        BOOST_TEST_REQUIRE(document.has_error(), text);
        BOOST_TEST(document.error().message == message);
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_occurs_twice_in_an_object_is_refused) {
    const std::pair<std::string_view, std::string_view> cases[]{
        {"{\"a\": 1, \"a\": 1}", "/a"},
        {"{\"a\": {\"x\": [0, {}, {\"k\": [], \"k\": []}]}}", "/a/x/2/k"},
        {"{\"a\": 1, \"\\u0061\": 1}", "/a"},
        {"{\"a/b~\": {}, \"a/b~\": {}}", "/a~1b~0"},
        {"{\"\": 1, \"\": 1}", "/"},
    };
    for (const auto& [text, pointer] : cases) {
        const auto document = parse_strict_json(text, "f.json");
        BOOST_TEST_REQUIRE(document.has_error(), text);
        BOOST_TEST_INFO(document.error().message);
        BOOST_TEST(
            document.error().message.ends_with(": " + std::string(pointer) + ": this name occurs twice"));
    }
    BOOST_TEST(parse_strict_json("[{\"a\": 1}, {\"a\": {\"a\": 1}}]", "f.json").has_value());
}

BOOST_AUTO_TEST_CASE(limits_are_kept) {
    BOOST_TEST(parse_strict_json("[[1]]", "f.json", {.depth = 2}).has_value());
    BOOST_TEST(parse_strict_json("[[[1]]]", "f.json", {.depth = 2})
                   .error()
                   .message.ends_with(": more than 2 levels deep"));
    BOOST_TEST(parse_strict_json("[1]", "f.json", {.bytes = 3}).has_value());
    BOOST_TEST(parse_strict_json("[1] ", "f.json", {.bytes = 3}).error().message ==
               "f.json is too long: expected at most 3 bytes");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
