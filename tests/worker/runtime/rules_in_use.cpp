#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

std::string rules_that_drop(const std::string& controller) {
    return R"({"version":"1.0","rules":{"build_climate":{"invalidates_cache":[")" + controller +
           R"("]}},"cache_keys":{")" + controller + R"(":"nodb_cache:{run_id}:)" + controller + R"("}})";
}

struct Fixture : WorkerFixture {
    Fixture() {
        make_run("r1", 1);
        for (const char* controller : {"climate", "wepp", "soils"})
            fill(controller);
    }
    void fill(const std::string& controller) { cache_db({"SET", "nodb_cache:r1:" + controller, "cached"}); }
    bool cached(const std::string& controller) {
        return cache_db({"EXISTS", "nodb_cache:r1:" + controller}) == "1";
    }
    bool build() { return freshet({"enqueue", "build_climate", "r1", "--wait"}).code == 0; }
    void replace_rules(const std::string& text) {
        write_text(rules.string() + ".new", text);
        std::filesystem::rename(rules.string() + ".new", rules);
    }
    // The file is looked at once a second: builds until the rules that drop `controller` are in use.
    void wait_until_dropped(const std::string& controller) {
        eventually(controller + " is dropped", [&] {
            fill(controller);
            return build() && !cached(controller);
        });
    }
    std::filesystem::path rules = folder.path() / "rules.json";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(rules_in_use, Fixture)

BOOST_AUTO_TEST_CASE(the_file_decides_what_is_dropped) {
    write_text(rules, rules_that_drop("soils"));
    const auto worker = start_worker({"--rules", rules.string()});
    BOOST_TEST(build());
    BOOST_TEST(!cached("soils"));
    BOOST_TEST(cached("climate"));
}

BOOST_AUTO_TEST_CASE(broken_rules_at_the_start_are_told_and_the_built_in_ones_apply) {
    write_text(rules, rules_that_drop("climat"));
    const auto worker = start_worker({"--rules", rules.string()});
    BOOST_TEST(build());
    BOOST_TEST(contains(worker->output(), "/cache_keys/climat: unknown controller"), worker->output());
    BOOST_TEST(!cached("climate"));
    BOOST_TEST(!cached("wepp"));
    BOOST_TEST(cached("soils"));
}

BOOST_AUTO_TEST_CASE(rules_that_break_later_leave_the_last_good_ones_in_use) {
    write_text(rules, rules_that_drop("soils"));
    const auto worker = start_worker({"--rules", rules.string()});
    BOOST_TEST(build());
    replace_rules("{");
    eventually("the worker tells of the broken file", [&] {
        fill("soils");
        BOOST_TEST(build());
        BOOST_TEST(!cached("soils"));
        return contains(worker->output(), "warning") && contains(worker->output(), rules.string());
    });
    BOOST_TEST(cached("climate"));
    replace_rules(rules_that_drop("climate"));
    wait_until_dropped("climate");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
