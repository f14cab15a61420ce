#include "rules/task_catalogue.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace freshet::rules {

BOOST_AUTO_TEST_SUITE(task_catalogue)

BOOST_AUTO_TEST_CASE(every_task_is_found_by_its_name_and_by_its_stored_value) {
    BOOST_TEST(all_tasks().size() == 32u);
    for (const Task& task : all_tasks()) {
        BOOST_TEST_CONTEXT(task.name) {
            BOOST_TEST(task_named(task.name) == &task);
            BOOST_TEST(task_stored_as(task.stored) == &task);
            BOOST_TEST(!task.label.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(five_tasks_are_stored_under_another_value) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> renamed{{
        {"if_exists_rmtree", "rmtree"},
        {"fetch_rap_ts", "build_rap_ts"},
        {"fetch_openet_ts", "build_openet_ts"},
        {"fetch_polaris", "build_polaris"},
        {"run_path_cost_effective", "run_path_ce"},
    }};
    for (const auto& [name, stored] : renamed) {
        BOOST_TEST_REQUIRE(task_named(name));
        BOOST_TEST(task_named(name)->stored == stored);
        BOOST_TEST(!task_stored_as(name));
        BOOST_TEST(!task_named(stored));
    }
    BOOST_TEST(
        std::ranges::count_if(all_tasks(), [](const Task& task) { return task.name != task.stored; }) == 5);
}

BOOST_AUTO_TEST_CASE(what_is_no_task_is_not_found) {
    for (const std::string_view word : {"", "run_wepp", "BUILD_CLIMATE", "build_climate ", "climate"}) {
        BOOST_TEST(!task_named(word));
        BOOST_TEST(!task_stored_as(word));
    }
}

BOOST_AUTO_TEST_CASE(the_climate_task_tells_its_panel_that_it_completed) {
    const Task* const climate = task_stored_as(task::build_climate);
    BOOST_TEST_REQUIRE(climate);
    BOOST_TEST(climate->label == "Build Climate");
    BOOST_TEST(climate->panel == "climate");
    BOOST_TEST(climate->completion_event == "CLIMATE_BUILD_TASK_COMPLETED");
}

BOOST_AUTO_TEST_CASE(each_event_is_told_by_one_task_that_has_a_panel) {
    std::set<std::string_view> events;
    for (const Task& task : all_tasks()) {
        if (task.completion_event.empty()) continue;
        BOOST_TEST_CONTEXT(task.name) {
            BOOST_TEST(!task.panel.empty());
            BOOST_TEST(task.completion_event.ends_with("_TASK_COMPLETED"));
            BOOST_TEST(events.insert(task.completion_event).second);
        }
    }
}

BOOST_AUTO_TEST_CASE(there_are_twenty_one_controllers_each_once) {
    const std::set<std::string_view> unique(controllers().begin(), controllers().end());
    BOOST_TEST(controllers().size() == 21u);
    BOOST_TEST(unique.size() == 21u);
    BOOST_TEST(is_controller("climate"));
    BOOST_TEST(!is_controller("climate.nodb"));
    BOOST_TEST(!is_controller(""));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
