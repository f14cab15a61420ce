#include "rules/key_template.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::rules {

BOOST_AUTO_TEST_SUITE(key_template)

BOOST_AUTO_TEST_CASE(placeholders_are_replaced_by_their_values) {
    const std::pair<std::string_view, std::string_view> cases[]{
        {"nodb_cache:{run_id}:{controller}", "nodb_cache:r1:climate"},
        {"{run_dir}/{controller}.nodb", "/runs/r1/climate.nodb"},
        {"{run_id}:climate.nodb", "r1:climate.nodb"},
        {"{run_id}{run_id}", "r1r1"},
    };
    for (const auto& [text, key] : cases) {
        const auto parsed = KeyTemplate::parse(text);
        BOOST_TEST_REQUIRE(parsed.has_value(), text);
        BOOST_TEST(parsed->expand({.run_id = "r1", .run_dir = "/runs/r1", .controller = "climate"}) == key);
        BOOST_TEST(parsed->text() == text);
    }
}

BOOST_AUTO_TEST_CASE(a_value_that_looks_like_a_placeholder_is_not_replaced_again) {
    const auto parsed = KeyTemplate::parse("{run_dir}:{controller}");
    BOOST_TEST(parsed->expand({.run_id = "r1", .run_dir = "{run_id}", .controller = "climate"}) ==
               "{run_id}:climate");
}

BOOST_AUTO_TEST_CASE(slashes_at_the_end_of_a_run_directory_do_not_change_the_key) {
    const auto parsed = KeyTemplate::parse("{run_dir}/{controller}.nodb");
    BOOST_TEST(parsed->expand({.run_id = "r1", .run_dir = "/runs/r1//", .controller = "ron"}) ==
               "/runs/r1/ron.nodb");
}

BOOST_AUTO_TEST_CASE(a_broken_template_is_refused_with_the_reason) {
    const std::pair<std::string_view, std::string_view> cases[]{
        {"{runid}:x",
            "\"{runid}:x\": unknown placeholder \"runid\"; expected one of run_id, run_dir, controller"},
        {"{run_id}{}", "unknown placeholder \"\"; expected one of run_id, run_dir, controller"},
        {"{run_id}:{controller", "found '{' without '}'"},
        {"{{run_id}}", "found '{' without '}'"},
        {"{run_id}}", "found '}' without '{'"},
        {"nodb_cache:{controller}",
            "expected {run_id} or {run_dir} in it, found neither: all runs would share the key"},
        {"", "expected {run_id} or {run_dir} in it, found neither: all runs would share the key"},
    };
    for (const auto& [text, message] : cases) {
        const auto parsed = KeyTemplate::parse(text);
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST_REQUIRE(parsed.has_error());
            BOOST_TEST_INFO(parsed.error().message);
            BOOST_TEST(parsed.error().message.ends_with(message));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
