#include "rules/preflight.hpp"

#include "rules/task_catalogue.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::rules {
namespace {

bool done(const Preflight& preflight, std::string_view line) {
    for (const auto& [name, done] : preflight.checklist)
        if (name == line) return done;
    BOOST_FAIL("no line " << line);
    return false;
}

struct Times {
    std::initializer_list<std::pair<std::string_view, std::string_view>> of;
};

RunHash stamped(const Times& times) {
    RunHash run;
    for (const auto& [task, seconds] : times.of)
        run["timestamps:" + std::string(task)] = seconds;
    return run;
}

} // namespace

BOOST_AUTO_TEST_SUITE(preflight)

BOOST_AUTO_TEST_CASE(a_new_run_has_every_line_in_order_and_nothing_done) {
    const std::vector<std::string_view> order{"sbs_map", "channels", "outlet", "subcatchments", "landuse",
        "soils", "rangeland_cover", "climate", "rap_ts", "openet_ts", "wepp", "observed", "debris", "watar",
        "omni_scenarios", "run_path_ce", "rhem", "dss_export"};
    const auto preflight = preflight_of({});
    std::vector<std::string_view> names;
    for (const auto& [name, done] : preflight.checklist) {
        names.push_back(name);
        BOOST_TEST(!done, name);
    }
    BOOST_TEST(names == order, boost::test_tools::per_element());
    BOOST_TEST(preflight.locks.empty());
    BOOST_TEST(!preflight.last_modified.has_value());
}

BOOST_AUTO_TEST_CASE(a_line_is_done_by_these_timestamps_and_not_by_those) {
    struct Case {
        std::string_view line;
        bool done;
        Times times;
    };
    const Case cases[]{
        {"channels", true, {{{"build_channels", "10"}}}},
        {"channels", false, {{{"build_channels", "soon"}}}},
        {"channels", false, {{{"fetch_dem", "10"}}}},

        {"outlet", true, {{{"build_channels", "10"}, {"set_outlet", "11"}}}},
        {"outlet", true, {{{"build_channels", "10"}, {"find_outlet", "11"}}}},
        {"outlet", true, {{{"build_channels", "10"}, {"set_outlet", "5"}, {"find_outlet", "11"}}}},
        {"outlet", true, {{{"build_channels", "10"}, {"set_outlet", "11"}, {"find_outlet", "x"}}}},
        {"outlet", false, {{{"build_channels", "10"}, {"set_outlet", "10"}}}},
        {"outlet", false, {{{"build_channels", "10"}, {"set_outlet", "9"}, {"find_outlet", "8"}}}},
        {"outlet", false, {{{"set_outlet", "11"}}}},
        {"outlet", false, {{{"build_channels", "10"}}}},

        {"subcatchments", true, {{{"build_channels", "10"}, {"abstract_watershed", "11"}}}},
        {"subcatchments", false, {{{"build_channels", "10"}, {"abstract_watershed", "10"}}}},
        {"subcatchments", false, {{{"build_channels", "10"}, {"build_subcatchments", "11"}}}},

        {"landuse", true, {{{"abstract_watershed", "10"}, {"build_landuse", "11"}}}},
        {"landuse", false, {{{"abstract_watershed", "10"}, {"build_landuse", "10"}}}},
        {"landuse", false, {{{"build_landuse", "11"}}}},

        {"soils", true, {{{"abstract_watershed", "10"}, {"build_landuse", "11"}, {"build_soils", "12"}}}},
        {"soils", true,
            {{{"abstract_watershed", "10"}, {"build_rangeland_cover", "11"}, {"build_soils", "12"}}}},
        {"soils", true,
            {{{"abstract_watershed", "10"}, {"build_landuse", "13"}, {"build_rangeland_cover", "11"},
                {"build_soils", "12"}}}},
        {"soils", false, {{{"abstract_watershed", "10"}, {"build_landuse", "12"}, {"build_soils", "12"}}}},
        {"soils", false, {{{"abstract_watershed", "12"}, {"build_landuse", "11"}, {"build_soils", "12"}}}},
        {"soils", false, {{{"abstract_watershed", "10"}, {"build_soils", "12"}}}},
        {"soils", false, {{{"build_landuse", "11"}, {"build_soils", "12"}}}},

        {"rangeland_cover", true, {{{"build_rangeland_cover", "1"}}}},
        {"rangeland_cover", false, {{{"build_rangeland_cover", ""}}}},

        {"climate", true, {{{"abstract_watershed", "10"}, {"build_climate", "11"}}}},
        {"climate", false, {{{"abstract_watershed", "10"}, {"build_climate", "10"}}}},
        {"climate", false, {{{"build_climate", "11"}}}},

        {"rap_ts", true, {{{"build_climate", "10"}, {"build_rap_ts", "11"}}}},
        {"rap_ts", false, {{{"build_climate", "10"}, {"build_rap_ts", "10"}}}},
        {"rap_ts", false, {{{"build_climate", "10"}, {"fetch_rap_ts", "11"}}}},
        {"openet_ts", true, {{{"build_climate", "10"}, {"build_openet_ts", "11"}}}},
        {"openet_ts", false, {{{"build_climate", "10"}, {"build_openet_ts", "10"}}}},

        {"wepp", true,
            {{{"build_landuse", "10"}, {"build_soils", "11"}, {"build_climate", "12"},
                {"run_wepp_watershed", "13"}}}},
        {"wepp", true,
            {{{"build_landuse", "10"}, {"build_soils", "11"}, {"build_climate", "12"}, {"run_wepp", "13"}}}},
        {"wepp", false,
            {{{"build_landuse", "13"}, {"build_soils", "11"}, {"build_climate", "12"},
                {"run_wepp_watershed", "13"}}}},
        {"wepp", false,
            {{{"build_landuse", "10"}, {"build_soils", "13"}, {"build_climate", "12"},
                {"run_wepp_watershed", "13"}}}},
        {"wepp", false,
            {{{"build_landuse", "10"}, {"build_soils", "11"}, {"build_climate", "13"},
                {"run_wepp_watershed", "13"}}}},
        {"wepp", false,
            {{{"build_landuse", "10"}, {"build_soils", "11"}, {"build_climate", "12"},
                {"run_wepp_hillslopes", "13"}}}},
        {"wepp", false,
            {{{"build_landuse", "10"}, {"build_soils", "11"}, {"build_climate", "12"},
                {"run_wepp_watershed", "9"}, {"run_wepp", "13"}}}},
        {"wepp", false, {{{"build_landuse", "10"}, {"build_soils", "11"}, {"run_wepp_watershed", "13"}}}},

        {"omni_scenarios", true, {{{"run_wepp_watershed", "10"}, {"run_omni_scenarios", "11"}}}},
        {"omni_scenarios", true, {{{"run_wepp", "10"}, {"run_omni_scenarios", "11"}}}},
        {"omni_scenarios", false, {{{"run_wepp_watershed", "10"}, {"run_omni_scenarios", "10"}}}},
        {"omni_scenarios", false, {{{"run_omni_scenarios", "11"}}}},
        {"run_path_ce", true, {{{"run_wepp_watershed", "10"}, {"run_path_ce", "11"}}}},
        {"run_path_ce", false, {{{"run_wepp_watershed", "10"}, {"run_path_ce", "10"}}}},

        {"rhem", true, {{{"run_rhem", "1"}}}},
        {"rhem", false, {{{"run_rhem", "-1"}}}},

        {"dss_export", true, {{{"run_wepp_watershed", "10"}, {"dss_export", "11"}}}},
        {"dss_export", true, {{{"run_wepp", "9"}, {"run_watar", "10"}, {"dss_export", "11"}}}},
        {"dss_export", false, {{{"run_wepp_watershed", "10"}, {"run_watar", "11"}, {"dss_export", "11"}}}},
        {"dss_export", false, {{{"run_wepp_watershed", "10"}, {"run_wepp", "12"}, {"dss_export", "11"}}}},
        {"dss_export", false, {{{"dss_export", "11"}}}},
    };
    for (const auto& [line, expected, times] : cases) {
        const auto run = stamped(times);
        for (const auto& [field, value] : run)
            BOOST_TEST_INFO(field << " = " << value);
        BOOST_TEST(done(preflight_of(run), line) == expected, line);
    }
}

BOOST_AUTO_TEST_CASE(observed_debris_and_watar_must_come_after_their_inputs_and_after_wepp) {
    const std::pair<std::string_view, std::string_view> lines[]{
        {"observed", "run_observed"}, {"debris", "run_debris"}, {"watar", "run_watar"}};
    constexpr std::string_view inputs[]{
        "build_landuse", "build_soils", "build_climate", "run_wepp_watershed"};
    for (const auto& [line, task] : lines) {
        RunHash run = stamped({{{task, "20"}}});
        for (const auto input : inputs)
            run["timestamps:" + std::string(input)] = "10";
        BOOST_TEST(done(preflight_of(run), line), line);
        for (const auto input : inputs) {
            RunHash tied = run;
            tied["timestamps:" + std::string(input)] = "20";
            BOOST_TEST(!done(preflight_of(tied), line), line << " as old as " << input);
            RunHash without = run;
            without.erase("timestamps:" + std::string(input));
            BOOST_TEST(!done(preflight_of(without), line), line << " without " << input);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_burn_severity_map_is_there_only_if_the_hash_says_true) {
    BOOST_TEST(done(preflight_of({{"attrs:has_sbs", "true"}}), "sbs_map"));
    for (const auto* value : {"false", "True", "1", ""})
        BOOST_TEST(!done(preflight_of({{"attrs:has_sbs", value}}), "sbs_map"), value);
    BOOST_TEST(!done(preflight_of({{"attrs:sbs_required", "true"}}), "sbs_map"));
}

BOOST_AUTO_TEST_CASE(a_value_that_is_no_whole_second_counts_as_absent) {
    for (const auto* garbage :
        {"", " 11", "11 ", "1e9", "11.5", "0x11", "true", "-11", "99999999999999999999"}) {
        BOOST_TEST_CONTEXT('"' << garbage << '"') {
            BOOST_TEST(
                !done(preflight_of(stamped({{{"abstract_watershed", "10"}, {"build_climate", garbage}}})),
                    "climate"));
            BOOST_TEST(
                !done(preflight_of(stamped({{{"abstract_watershed", garbage}, {"build_climate", "11"}}})),
                    "climate"));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_lock_flag_is_told_by_name) {
    const auto preflight = preflight_of({{"locked:wepp.nodb", "false"}, {"locked:climate.nodb", "true"},
        {"locked:omni/scenarios/a/wepp.nodb", "true"}, {"locked:soils.nodb", "yes"}, {"lock", "true"}});
    const std::vector<std::pair<std::string, bool>> expected{{"climate.nodb", true},
        {"omni/scenarios/a/wepp.nodb", true}, {"soils.nodb", false}, {"wepp.nodb", false}};
    BOOST_TEST_REQUIRE(preflight.locks.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        BOOST_TEST(preflight.locks[i].name == expected[i].first);
        BOOST_TEST(preflight.locks[i].locked == expected[i].second);
    }
}

BOOST_AUTO_TEST_CASE(the_run_was_last_modified_when_it_says_so_else_at_its_newest_timestamp) {
    const std::pair<RunHash, std::int64_t> cases[]{
        {{{"last_modified", "5"}, {"timestamps:build_soils", "9"}}, 5},
        {{{"last_modified", "now"}, {"timestamps:build_soils", "9"}}, 9},
        {{{"timestamps:build_soils", "9"}, {"timestamps:a_task_of_tomorrow", "12"}, {"timestamps:x", "y"}},
            12},
    };
    for (const auto& [run, expected] : cases) {
        BOOST_TEST_REQUIRE(preflight_of(run).last_modified.has_value());
        BOOST_TEST(*preflight_of(run).last_modified == expected);
    }
    BOOST_TEST(!preflight_of({{"last_modified", ""}, {"rq:build_soils_rq", "7"}}).last_modified.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
