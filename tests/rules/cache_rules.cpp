#include "rules/cache_rules.hpp"

#include "rules/task_catalogue.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace freshet::rules {
namespace {

using Names = std::set<std::string_view>;

Names stale_after(std::string_view task) {
    const auto names = default_cache_rules()->controllers_for(task);
    return {names.begin(), names.end()};
}

Names all_controllers() {
    return {controllers().begin(), controllers().end()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(cache_rules)

BOOST_AUTO_TEST_CASE(the_default_rules_name_what_a_task_writes_and_what_derives_from_it) {
    const Names delineation{"watershed", "topaz", "landuse", "soils", "climate", "wepp", "ash", "debris_flow",
        "rhem", "rangeland_cover", "rap_ts", "openet_ts", "treatments", "omni"};
    Names abstraction = delineation;
    abstraction.erase("topaz");
    abstraction.insert({"path_ce", "rusle"});
    const Names land{"landuse", "disturbed", "baer", "soils", "wepp", "ash", "debris_flow", "rhem", "omni",
        "path_ce", "rusle"};

    const std::pair<std::string_view, Names> table[]{
        {"rmtree", all_controllers()},
        {"project_init", all_controllers()},
        {"fetch_dem", all_controllers()},
        {"build_channels", delineation},
        {"set_outlet", delineation},
        {"find_outlet", delineation},
        {"build_subcatchments", delineation},
        {"abstract_watershed", abstraction},
        {"init_sbs_map", {"disturbed", "baer", "landuse", "soils", "wepp", "ash", "debris_flow", "rusle"}},
        {"build_landuse", land},
        {"landuse_map", land},
        {"build_rangeland_cover", {"rangeland_cover", "soils", "rhem", "wepp"}},
        {"build_soils",
            {"soils", "disturbed", "wepp", "ash", "debris_flow", "rhem", "omni", "path_ce", "rusle"}},
        {"build_treatments", {"landuse", "soils", "treatments", "wepp", "ash", "omni", "path_ce"}},
        {"build_climate", {"climate", "rap_ts", "openet_ts", "wepp", "ash", "debris_flow", "rhem", "omni",
                              "path_ce", "rusle"}},
        {"build_rap_ts", {"rap_ts", "wepp"}},
        {"build_openet_ts", {"openet_ts", "wepp"}},
        {"build_polaris", {"wepp"}},
        {"run_wepp_hillslopes", {"wepp", "ash", "omni"}},
        {"run_wepp_watershed", {"wepp", "observed", "ash", "debris_flow", "omni", "path_ce"}},
        {"run_watar", {"ash"}},
        {"run_debris", {"debris_flow"}},
        {"run_observed", {"observed"}},
        {"run_rhem", {"rhem"}},
        {"run_roads", {"roads"}},
        {"run_omni_scenarios", {"omni"}},
        {"run_omni_contrasts", {"omni"}},
        {"run_path_ce", {"path_ce"}},
        {"build_rusle", {"rusle"}},
        {"dss_export", {}},
        {"run_features_export", {}},
        {"set_readonly", {}},
    };
    BOOST_TEST(std::size(table) == all_tasks().size());
    for (const auto& [task, expected] : table) {
        BOOST_TEST_CONTEXT(task) {
            BOOST_TEST_REQUIRE(task_stored_as(task));
            BOOST_TEST(stale_after(task) == expected, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_task_makes_nothing_stale) {
    for (const std::string_view word : {"", "run_wepp", "fetch_rap_ts", "climate"})
        BOOST_TEST(default_cache_rules()->controllers_for(word).empty(), word);
}

BOOST_AUTO_TEST_CASE(each_controller_has_its_default_key) {
    for (const auto controller : controllers()) {
        const auto keys = default_cache_rules()->keys_for(controller, "r1", "/runs/r1");
        BOOST_TEST_REQUIRE(keys.size() == 1u);
        BOOST_TEST(keys.front() == "nodb_cache:r1:" + std::string(controller));
    }
    BOOST_TEST(default_cache_rules()->keys_for("climat", "r1", "/runs/r1").empty());
}

BOOST_AUTO_TEST_CASE(a_controller_may_have_several_keys_and_all_are_given) {
    const auto rules = CacheRules::parse(R"({"version": "1.0",
        "rules": {"build_climate": {"invalidates_cache": ["climate"]}},
        "cache_keys": {"climate": ["nodb_cache:{run_id}:climate", "{run_dir}/{controller}.nodb"]}})",
        "rules.json");
    BOOST_TEST_REQUIRE(rules.has_value());
    const std::vector<std::string> expected{"nodb_cache:r1:climate", "/runs/r1/climate.nodb"};
    BOOST_TEST(rules->keys_for("climate", "r1", "/runs/r1") == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_controller_that_no_rule_and_no_key_names_still_has_the_default_key) {
    const auto rules =
        CacheRules::parse(R"({"version": "1.0", "rules": {}, "cache_keys": {}})", "rules.json");
    BOOST_TEST_REQUIRE(rules.has_value());
    const std::vector<std::string> expected{"nodb_cache:r1:roads"};
    BOOST_TEST(rules->keys_for("roads", "r1", "/runs/r1") == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rules_are_listed_in_the_order_of_tasks_with_their_descriptions) {
    const auto rules = CacheRules::parse(R"({"version": "1.0", "rules": {
        "run_rhem": {"invalidates_cache": []},
        "build_soils": {"description": "why", "invalidates_cache": ["soils"]}},
        "cache_keys": {"soils": "{run_id}:soils"}})",
        "rules.json");
    BOOST_TEST_REQUIRE(rules.has_value());
    BOOST_TEST_REQUIRE(rules->all().size() == 2u);
    BOOST_TEST(rules->all()[0].task == "build_soils");
    BOOST_TEST(rules->all()[0].description == "why");
    BOOST_TEST(rules->all()[1].task == "run_rhem");
}

BOOST_AUTO_TEST_CASE(a_broken_file_is_refused_with_the_place_the_expectation_and_what_was_found) {
    const auto with_rule = [](std::string_view rule) {
        return R"({"version": "1.0", "cache_keys": {"climate": "{run_id}:climate", "wepp": "{run_id}:wepp"}, "rules": )" +
               std::string(rule) + "}";
    };
    const auto with_keys = [](std::string_view keys) {
        return R"({"version": "1.0", "rules": {}, "cache_keys": )" + std::string(keys) + "}";
    };
    const std::pair<std::string, std::string_view> cases[]{
        {"[]", "rules.json (top level): expected an object, found an array"},
        {R"({"rules": {}, "cache_keys": {}})", "rules.json (top level): the field \"version\" is missing"},
        {R"({"version": "1.0", "cache_keys": {}})", "rules.json (top level): the field \"rules\" is missing"},
        {R"({"version": "1.0", "rules": {}})", "rules.json (top level): the field \"cache_keys\" is missing"},
        {R"({"version": "1.1", "rules": {}, "cache_keys": {}})",
            "rules.json /version: expected \"1.0\", found \"1.1\""},
        {R"({"version": 1.0, "rules": {}, "cache_keys": {}})",
            "rules.json /version: expected \"1.0\", found a number"},
        {R"({"version": "1.0", "rule": {}, "cache_keys": {}})",
            "rules.json /rule: unknown field; expected one of version, rules, cache_keys; did you mean "
            "\"rules\"?"},
        {with_rule("[]"), "rules.json /rules: expected an object, found an array"},
        {with_rule(R"({"build_climat": {"invalidates_cache": []}})"),
            "rules.json /rules/build_climat: unknown task \"build_climat\"; did you mean \"build_climate\"?"},
        {with_rule(R"({"fetch_rap_ts": {"invalidates_cache": []}})"),
            "rules.json /rules/fetch_rap_ts: unknown task \"fetch_rap_ts\": it is stored as "
            "\"build_rap_ts\""},
        {with_rule(R"({"a/b": {"invalidates_cache": []}})"), "rules.json /rules/a~1b: unknown task \"a/b\""},
        {with_rule(R"({"build_climate": []})"),
            "rules.json /rules/build_climate: expected an object, found an array"},
        {with_rule(R"({"build_climate": {}})"),
            "rules.json /rules/build_climate: the field \"invalidates_cache\" is missing"},
        {with_rule(R"({"build_climate": {"invalidates_cache": [], "enabled": true}})"),
            "rules.json /rules/build_climate/enabled: unknown field; expected one of invalidates_cache, "
            "description"},
        {with_rule(R"({"build_climate": {"invalidates_cache": "climate"}})"),
            "rules.json /rules/build_climate/invalidates_cache: expected an array, found \"climate\""},
        {with_rule(R"({"build_climate": {"invalidates_cache": ["climate", null]}})"),
            "rules.json /rules/build_climate/invalidates_cache/1: expected a string, found null"},
        {with_rule(R"({"build_climate": {"invalidates_cache": ["climate", "wepp", "climat"]}})"),
            "rules.json /rules/build_climate/invalidates_cache/2: unknown controller \"climat\"; did you "
            "mean "
            "\"climate\"?"},
        {with_rule(R"({"build_climate": {"invalidates_cache": ["climate", "climate"]}})"),
            "rules.json /rules/build_climate/invalidates_cache/1: \"climate\" occurs twice"},
        {with_rule(R"({"build_climate": {"invalidates_cache": ["soils"]}})"),
            "rules.json /rules/build_climate/invalidates_cache/0: controller \"soils\" has no key: expected "
            "/cache_keys/soils"},
        {with_rule(R"({"build_climate": {"invalidates_cache": [], "description": 7}})"),
            "rules.json /rules/build_climate/description: expected a string, found a number"},
        {with_rule(R"({"build_soils": {"invalidates_cache": []}, "build_soils": {"invalidates_cache": []}})"),
            "rules.json line 1 column 156: /rules/build_soils: this name occurs twice"},
        {with_keys(R"({"snow": "{run_id}"})"), "rules.json /cache_keys/snow: unknown controller \"snow\""},
        {with_keys(R"({"wepp": true})"),
            "rules.json /cache_keys/wepp: expected a key template or an array of them, found true"},
        {with_keys(R"({"wepp": []})"),
            "rules.json /cache_keys/wepp: expected at least one key template, found an empty array"},
        {with_keys(R"({"wepp": ["{run_id}", {}]})"),
            "rules.json /cache_keys/wepp/1: expected a string, found an object"},
        {with_keys(R"({"wepp": ["{run_id}", "{run_id}"]})"),
            "rules.json /cache_keys/wepp/1: \"{run_id}\" occurs twice"},
        {with_keys(R"({"wepp": "{runid}:wepp"})"), "rules.json /cache_keys/wepp: \"{runid}:wepp\": unknown "
                                                   "placeholder \"runid\"; expected one of run_id, "
                                                   "run_dir, controller"},
        {"{\n  \"version\" \"1.0\"\n}", "rules.json line 2 column 13: not JSON: syntax error"},
    };
    for (const auto& [text, message] : cases) {
        const auto rules = CacheRules::parse(text, "rules.json");
        BOOST_TEST_REQUIRE(rules.has_error(), text);
        BOOST_TEST((rules.error().code == Errc::bad_input));
        BOOST_TEST(rules.error().message == message);
    }
}

BOOST_AUTO_TEST_CASE(an_endless_or_bottomless_file_is_refused) {
    const std::string longest(1 << 20, ' ');
    BOOST_TEST(CacheRules::parse(longest + " ", "rules.json").error().message ==
               "rules.json is too long: expected at most 1048576 bytes");
    BOOST_TEST(CacheRules::parse(std::string(100'000, '['), "rules.json").error().message ==
               "rules.json line 1 column 17: more than 16 levels deep");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
