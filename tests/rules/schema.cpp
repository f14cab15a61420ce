#include "rules/cache_rules.hpp"
#include "rules/strict_json.hpp"
#include "rules/task_catalogue.hpp"
#include "tests/rules/temporary_folder.hpp"

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <iterator>
#include <set>

namespace freshet::rules {
namespace {

const std::string schema_file = FRESHET_SOURCE_DIR "/rules/cache_invalidation_rules.schema.json";
const std::string default_file = FRESHET_SOURCE_DIR "/rules/cache_invalidation_rules.json";

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// What validate.py prints about the files.
std::string verdicts(const std::vector<std::string>& files) {
    std::string command =
        "/usr/bin/python3 '" FRESHET_SOURCE_DIR "/tests/rules/validate.py' '" + schema_file + "'";
    for (const auto& file : files)
        command += " '" + file + "'";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    BOOST_TEST_REQUIRE(pipe);
    std::string output;
    char part[4096];
    while (const auto count = std::fread(part, 1, sizeof part, pipe))
        output.append(part, count);
    BOOST_TEST_REQUIRE(::pclose(pipe) == 0, command);
    return output;
}

std::set<std::string> enumerated(std::string_view pointer) {
    std::set<std::string> names;
    const auto schema = parse_strict_json(text_of(schema_file), schema_file).value();
    for (const auto& name : schema.at_pointer(pointer).as_array())
        names.emplace(name.as_string());
    return names;
}

} // namespace

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(the_default_file_is_built_in_and_valid) {
    BOOST_TEST(text_of(default_file) == default_cache_rules_text());
    BOOST_TEST(verdicts({default_file}) == "valid " + default_file + "\n");
}

BOOST_AUTO_TEST_CASE(the_schema_lists_the_tasks_and_controllers_of_the_catalogue) {
    std::set<std::string> tasks;
    for (const Task& task : all_tasks())
        tasks.emplace(task.stored);
    BOOST_TEST(enumerated("/$defs/task/enum") == tasks, boost::test_tools::per_element());
    const std::set<std::string> names(controllers().begin(), controllers().end());
    BOOST_TEST(enumerated("/$defs/controller/enum") == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(schema_and_loader_agree_about_good_and_broken_files) {
    struct Case {
        std::string_view text;
        bool loads;
        bool validates;
    };
    const Case cases[]{
        {R"({"version": "1.0", "rules": {}, "cache_keys": {}})", true, true},
        {R"({"version": "1.0", "rules": {"build_climate": {"invalidates_cache": ["climate"], "description": "d"}},
             "cache_keys": {"climate": ["{run_dir}/climate.nodb", "{run_id}:{controller}"]}})",
            true, true},

        {R"([])", false, false},
        {R"({"rules": {}, "cache_keys": {}})", false, false},
        {R"({"version": "1.0", "rules": {}})", false, false},
        {R"({"version": "1.0", "cache_keys": {}})", false, false},
        {R"({"version": "2.0", "rules": {}, "cache_keys": {}})", false, false},
        {R"({"version": 1.0, "rules": {}, "cache_keys": {}})", false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {}, "comment": ""})", false, false},
        {R"({"version": "1.0", "rules": [], "cache_keys": {}})", false, false},
        {R"({"version": "1.0", "rules": {"fetch_rap_ts": {"invalidates_cache": []}}, "cache_keys": {}})",
            false, false},
        {R"({"version": "1.0", "rules": {"run_wepp": {"invalidates_cache": []}}, "cache_keys": {}})", false,
            false},
        {R"({"version": "1.0", "rules": {"build_soils": {}}, "cache_keys": {}})", false, false},
        {R"({"version": "1.0", "rules": {"build_soils": {"invalidates_cache": "soils"}}, "cache_keys": {}})",
            false, false},
        {R"({"version": "1.0", "rules": {"build_soils": {"invalidates_cache": ["soil"]}}, "cache_keys": {}})",
            false, false},
        {R"({"version": "1.0", "rules": {"build_soils": {"invalidates_cache": ["soils", "soils"]}},
             "cache_keys": {"soils": "{run_id}"}})",
            false, false},
        {R"({"version": "1.0", "rules": {"build_soils": {"invalidates_cache": [], "ttl": 5}}, "cache_keys": {}})",
            false, false},
        {R"({"version": "1.0", "rules": {"build_soils": {"invalidates_cache": [], "description": null}},
             "cache_keys": {}})",
            false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soil": "{run_id}"}})", false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": 5}})", false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": []}})", false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": ["{run_id}", "{run_id}"]}})", false,
            false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": "{run}:soils"}})", false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": "{run_id}:{controller"}})", false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": "{run_id}}"}})", false, false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": "nodb_cache:{controller}"}})", false,
            false},
        {R"({"version": "1.0", "rules": {}, "cache_keys": {"soils": ""}})", false, false},

        // What a schema cannot say.
        {R"({"version": "1.0", "rules": {"build_soils": {"invalidates_cache": ["soils"]}}, "cache_keys": {}})",
            false, true},
        {R"({"version": "1.0", "version": "1.0", "rules": {}, "cache_keys": {}})", false, true},
    };
    const TemporaryFolder folder;
    std::vector<std::string> files;
    std::string expected;
    for (const auto& [text, loads, validates] : cases) {
        const auto file = (folder.path() / (std::to_string(files.size()) + ".json")).string();
        write_text(file, text);
        files.push_back(file);
        expected += (validates ? "valid " : "invalid ") + file + "\n";
        BOOST_TEST(CacheRules::parse(text, file).has_value() == loads, text);
    }
    BOOST_TEST(verdicts(files) == expected);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
