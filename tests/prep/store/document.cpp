#include "prep/store/document.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

namespace freshet::prep {
namespace {

namespace json = boost::json;

Document parsed(std::string text) {
    return Document::parse(std::move(text), "test.nodb").value();
}

struct Edit {
    const char* before;
    const char* pointer;
    json::value value;
    const char* after;
};

} // namespace

BOOST_AUTO_TEST_SUITE(document)

BOOST_AUTO_TEST_CASE(setting_a_field_leaves_every_other_byte_as_it_was) {
    const Edit edits[]{
        {R"({"a": 1.50, "b": 1e3})", "/b", 2, R"({"a": 1.50, "b": 2})"},
        {R"({"a":-0.0,"x":[1,2 ,3]})", "/a", "text", R"({"a":"text","x":[1,2 ,3]})"},
        {R"({"n": NaN, "i": -Infinity, "a": 1})", "/a", true, R"({"n": NaN, "i": -Infinity, "a": true})"},
        {R"({"py/state": {"z": 1, "a": 2}})", "/py~1state/z", 3, R"({"py/state": {"z": 3, "a": 2}})"},
        {R"({"list": [1, {"x": 0.10}]})", "/list/1/x", 0.5, R"({"list": [1, {"x": 0.5}]})"},
        {R"({"big": 123456789012345678901234567890, "a": 0})", "/a", 1,
            R"({"big": 123456789012345678901234567890, "a": 1})"},
        {R"({"b": "\u00e9\/", "a": 0})", "/a", nullptr, R"({"b": "\u00e9\/", "a": null})"},
        {R"({"~x": 1})", "/~0x", 2, R"({"~x": 2})"},
        {R"({"\u0061": 1})", "/a", 2, R"({"\u0061": 2})"},
    };
    for (const Edit& edit : edits) {
        auto changed = parsed(edit.before);
        BOOST_TEST(changed.set(edit.pointer, edit.value).has_value());
        BOOST_TEST(changed.text() == edit.after);
    }
}

BOOST_AUTO_TEST_CASE(a_new_field_comes_last_in_its_object) {
    const Edit edits[]{
        {"{}", "/a", 1, R"({"a": 1})"},
        {R"({"b": 2 })", "/a", 1, R"({"b": 2, "a": 1 })"},
        {R"({"o": {}, "p": 1})", "/o/a", 1, R"({"o": {"a": 1}, "p": 1})"},
        {"{}", "/o", json::object{{"x", json::array{1, 2.0}}}, R"({"o": {"x": [1, 2.0]}})"},
    };
    for (const Edit& edit : edits) {
        auto changed = parsed(edit.before);
        BOOST_TEST(changed.set(edit.pointer, edit.value).has_value());
        BOOST_TEST(changed.text() == edit.after);
    }
    BOOST_TEST((parsed("{}").set("/no/such", 1).error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(an_erased_field_leaves_valid_json) {
    const Edit edits[]{
        {R"({"a": 1})", "/a", {}, "{}"},
        {R"({"a": 1, "b": 2})", "/a", {}, R"({"b": 2})"},
        {R"({"a": 1, "b": 2})", "/b", {}, R"({"a": 1})"},
        {R"({"a": 1 , "b": 2 , "c": 3})", "/b", {}, R"({"a": 1  , "c": 3})"},
        {R"({"a": 1, "x": 0, "a": 2})", "/a", {}, R"({"x": 0})"},
        {R"({"b": 2})", "/a", {}, R"({"b": 2})"},
    };
    for (const Edit& edit : edits) {
        auto changed = parsed(edit.before);
        changed.erase(edit.pointer);
        BOOST_TEST(changed.text() == edit.after);
    }
}

BOOST_AUTO_TEST_CASE(doubles_are_written_as_python_writes_them) {
    const std::pair<double, const char*> cases[]{{1.0, "1.0"}, {0.1, "0.1"}, {1e22, "1e+22"}, {-2.5, "-2.5"},
        {std::nan(""), "NaN"}, {-std::numeric_limits<double>::infinity(), "-Infinity"}};
    for (const auto& [number, text] : cases) {
        auto changed = parsed("{}");
        changed.set("/x", number).value();
        BOOST_TEST(changed.text() == "{\"x\": " + std::string(text) + "}");
    }
}

BOOST_AUTO_TEST_CASE(a_double_reads_as_the_nearest_one) {
    for (const double number :
        {1795251222.7693043, 0.1, 5e-324, 1.7976931348623157e308, 123456789.12345679}) {
        auto changed = parsed("{}");
        changed.set("/x", json::array{number}).value();
        BOOST_TEST(changed.find("/x/0")->as_double() == number);
    }
}

BOOST_AUTO_TEST_CASE(values_read_as_python_reads_them) {
    const auto read =
        parsed(R"({"twice": 1, "twice": 2, "nan": NaN, "inf": Infinity, "o": {"n": [NaN, -Infinity]}})");
    BOOST_TEST(read.find("/twice")->as_int64() == 2);
    BOOST_TEST(read.find("/nan")->is_null());
    BOOST_TEST(std::isinf(read.find("/inf")->as_double()));
    BOOST_TEST(read.find("/o/n/1")->as_double() < 0);
    BOOST_TEST(!read.find("/o/n/2").has_value());
    BOOST_TEST(!read.find("/none").has_value());
    BOOST_TEST(read.object().at("o").as_object().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_no_object_is_refused_with_its_place) {
    const std::pair<const char*, const char*> cases[]{{"", "byte 0"}, {"[1]", "expected a JSON object"},
        {"{\"a\": 1", "byte 7 of 7: expected ',' or '}'"}, {"{\"a\": tru}", "byte 6"},
        {"{} x", "byte 3 of 4: expected the end"}, {"{\"a\": 01}", "byte 7"},
        {"{\"a\": \"\x01\"}", "control character"}, {"{\"a\": \"\\x\"}", "an escape"},
        {"{,}", "a field's name"}, {"{\"a\":1,}", "a field's name"}, {"{\"a\": 1.}", "a digit"},
        {"{\"a\": \"b", "the end of a text"}};
    for (const auto& [text, expected] : cases) {
        const auto refused = Document::parse(text, "climate.nodb");
        BOOST_REQUIRE(refused.has_error());
        BOOST_TEST((refused.error().code == Errc::bad_input));
        BOOST_TEST(refused.error().message.starts_with("climate.nodb: "));
        BOOST_TEST(refused.error().message.find(expected) != std::string::npos, refused.error().message);
    }
    std::string deep(100'000, '[');
    BOOST_TEST(Document::parse("{\"a\":" + deep, "deep.nodb").has_error());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
