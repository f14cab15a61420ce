#include "rules/graph.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::rules {

BOOST_AUTO_TEST_SUITE(graph)

BOOST_AUTO_TEST_CASE(tasks_point_at_the_controllers_that_they_make_stale) {
    const auto rules = CacheRules::parse(R"({"version": "1.0", "rules": {
        "run_path_ce": {"invalidates_cache": ["path_ce"]},
        "build_rap_ts": {"invalidates_cache": ["wepp", "rap_ts"]}},
        "cache_keys": {"rap_ts": "{run_id}:r", "wepp": "{run_id}:w", "path_ce": "{run_id}:p", "ron": "{run_id}:n"}})",
        "rules.json");
    BOOST_TEST_REQUIRE(rules.has_value());
    BOOST_TEST(graphviz_of(*rules) == R"(digraph cache_invalidation {
    rankdir=LR;
    "task build_rap_ts" [shape=box, label="Build RAP TS\nbuild_rap_ts"];
    "task run_path_ce" [shape=box, label="Run PATH Cost-Effective\nrun_path_ce"];
    "controller wepp" [shape=ellipse, label="wepp"];
    "controller rap_ts" [shape=ellipse, label="rap_ts"];
    "controller path_ce" [shape=ellipse, label="path_ce"];
    "task build_rap_ts" -> "controller wepp";
    "task build_rap_ts" -> "controller rap_ts";
    "task run_path_ce" -> "controller path_ce";
}
)");
}

BOOST_AUTO_TEST_CASE(the_order_in_the_file_does_not_change_the_picture_of_tasks) {
    constexpr std::string_view keys = R"(, "cache_keys": {"ash": "{run_id}:a"}, "version": "1.0"})";
    constexpr std::string_view watar = R"("run_watar": {"invalidates_cache": ["ash"]})";
    constexpr std::string_view soils = R"("build_soils": {"invalidates_cache": ["ash"]})";
    const auto picture = [&](std::string_view first, std::string_view second) {
        std::string text = R"({"rules": {)";
        text.append(first).append(", ").append(second).append("}").append(keys);
        return graphviz_of(CacheRules::parse(text, "rules.json").value());
    };
    BOOST_TEST(picture(watar, soils) == picture(soils, watar));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
