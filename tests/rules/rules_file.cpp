#include "rules/rules_file.hpp"

#include "tests/rules/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

namespace freshet::rules {
namespace {

using namespace std::chrono_literals;

/// build_climate makes `controller` stale, and nothing else does.
std::string rules_text(std::string_view controller) {
    return R"({"version": "1.0", "rules": {"build_climate": {"invalidates_cache": [")" +
           std::string(controller) + R"("]}}, "cache_keys": {")" + std::string(controller) +
           R"(": "{run_id}:x"}})";
}

/// A rules file in a folder of its own, and the time at which it is looked at.
struct Fixture {
    TemporaryFolder folder;
    std::filesystem::path path = folder.path() / "rules.json";
    RulesFile file{path, 1s};
    RulesFile::Clock::time_point now{};

    Refreshed after(RulesFile::Clock::duration passed) {
        now += passed;
        return file.current(now);
    }

    void replace_by_rename(std::string_view text) const {
        write_text(folder.path() / "new", text);
        std::filesystem::rename(folder.path() / "new", path);
    }
};

std::string stale_after_climate(const Refreshed& refreshed) {
    std::string all;
    for (const auto controller : refreshed.rules->controllers_for("build_climate"))
        all.append(all.empty() ? "" : " ").append(controller);
    return all;
}

timespec written_at(const std::filesystem::path& path) {
    struct stat status {};
    BOOST_TEST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mtim;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(rules_file, Fixture)

BOOST_AUTO_TEST_CASE(the_rules_of_the_file_apply) {
    write_text(path, rules_text("wepp"));
    const auto first = after(0s);
    BOOST_TEST(stale_after_climate(first) == "wepp");
    BOOST_TEST(!first.warning.has_value());
}

BOOST_AUTO_TEST_CASE(a_file_replaced_by_rename_applies_from_the_next_look) {
    write_text(path, rules_text("wepp"));
    after(0s);
    replace_by_rename(rules_text("soils"));
    BOOST_TEST(stale_after_climate(after(999ms)) == "wepp");
    BOOST_TEST(stale_after_climate(after(1ms)) == "soils");
}

BOOST_AUTO_TEST_CASE(a_file_written_in_place_applies_from_the_next_look) {
    write_text(path, rules_text("wepp"));
    after(0s);
    write_text(path, rules_text("soils"));
    BOOST_TEST(stale_after_climate(after(1s)) == "soils");
}

BOOST_AUTO_TEST_CASE(a_second_write_of_the_same_size_in_the_same_tick_is_seen) {
    write_text(path, rules_text("wepp"));
    const timespec times[2]{written_at(path), written_at(path)};
    BOOST_TEST(stale_after_climate(after(0s)) == "wepp");
    write_text(path, rules_text("omni"));
    BOOST_TEST_REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    BOOST_TEST(stale_after_climate(after(1s)) == "omni");
}

BOOST_AUTO_TEST_CASE(a_file_that_stays_keeps_the_same_rules_object) {
    write_text(path, rules_text("wepp"));
    const auto first = after(0s);
    for (int look = 0; look < 5; ++look)
        BOOST_TEST(after(1s).rules == first.rules);
}

BOOST_AUTO_TEST_CASE(a_broken_new_version_is_warned_of_once_and_the_good_rules_stay) {
    write_text(path, rules_text("wepp"));
    after(0s);
    replace_by_rename(rules_text("climat"));
    const auto broken = after(1s);
    BOOST_TEST(stale_after_climate(broken) == "wepp");
    BOOST_TEST_REQUIRE(broken.warning.has_value());
    BOOST_TEST(*broken.warning ==
               path.string() +
                   " /cache_keys/climat: unknown controller \"climat\"; did you mean \"climate\"?; until it "
                   "is corrected the rules that were read from it before apply");
    for (int look = 0; look < 5; ++look)
        BOOST_TEST(!after(1s).warning.has_value());

    replace_by_rename(rules_text("soil"));
    BOOST_TEST(after(1s).warning.has_value());
    replace_by_rename(rules_text("soils"));
    const auto good = after(1s);
    BOOST_TEST(stale_after_climate(good) == "soils");
    BOOST_TEST(!good.warning.has_value());
}

BOOST_AUTO_TEST_CASE(a_half_written_file_does_not_apply_and_the_whole_one_does) {
    write_text(path, rules_text("wepp"));
    after(0s);
    const auto text = rules_text("soils");
    write_text(path, std::string_view(text).substr(0, text.size() / 2));
    BOOST_TEST(stale_after_climate(after(1s)) == "wepp");
    write_text(path, text);
    BOOST_TEST(stale_after_climate(after(1s)) == "soils");
}

BOOST_AUTO_TEST_CASE(a_file_missing_at_the_start_leaves_the_built_in_rules_in_force) {
    const auto missing = after(0s);
    BOOST_TEST(missing.rules == default_cache_rules());
    BOOST_TEST_REQUIRE(missing.warning.has_value());
    BOOST_TEST(*missing.warning == path.string() +
                                       ": cannot be read: No such file or directory; until it is corrected "
                                       "the built-in default rules apply");
    for (int look = 0; look < 5; ++look)
        BOOST_TEST(!after(1s).warning.has_value());

    write_text(path, rules_text("soils"));
    BOOST_TEST(stale_after_climate(after(1s)) == "soils");
}

BOOST_AUTO_TEST_CASE(no_file_at_all_means_the_built_in_rules_without_a_warning) {
    const auto refreshed = RulesFile("").current(now);
    BOOST_TEST(refreshed.rules == default_cache_rules());
    BOOST_TEST(!refreshed.warning.has_value());
}

BOOST_AUTO_TEST_CASE(a_file_broken_at_the_start_leaves_the_built_in_rules_in_force) {
    write_text(path, "{");
    const auto broken = after(0s);
    BOOST_TEST(broken.rules == default_cache_rules());
    BOOST_TEST_REQUIRE(broken.warning.has_value());
    BOOST_TEST(broken.warning->ends_with("until it is corrected the built-in default rules apply"));
}

BOOST_AUTO_TEST_CASE(a_file_that_vanishes_is_warned_of_each_time_it_does) {
    write_text(path, rules_text("wepp"));
    after(0s);
    for (int time = 0; time < 2; ++time) {
        std::filesystem::remove(path);
        const auto gone = after(1s);
        BOOST_TEST(gone.warning.has_value());
        BOOST_TEST(stale_after_climate(gone) == "wepp");
        BOOST_TEST(!after(1s).warning.has_value());
        write_text(path, rules_text("wepp"));
        BOOST_TEST(!after(1s).warning.has_value());
    }
}

BOOST_AUTO_TEST_CASE(threads_that_ask_at_once_all_get_rules_that_were_whole) {
    write_text(path, rules_text("wepp"));
    std::atomic<int> strange = 0;
    const auto ask = [&] {
        for (int second = 0; second < 200; ++second) {
            const auto refreshed = file.current(RulesFile::Clock::time_point(std::chrono::seconds(second)));
            const auto stale = stale_after_climate(refreshed);
            if (refreshed.warning || (stale != "wepp" && stale != "soils")) ++strange;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back(ask);
        for (int version = 0; version < 50; ++version)
            replace_by_rename(rules_text(version % 2 ? "wepp" : "soils"));
    }
    BOOST_TEST(strange == 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_is_refused_without_waiting) {
    BOOST_TEST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const auto pipe = after(0s);
    BOOST_TEST_REQUIRE(pipe.warning.has_value());
    BOOST_TEST(pipe.warning->starts_with(path.string() + ": expected a regular file"));

    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    BOOST_TEST(!after(1s).warning.has_value());
}

BOOST_AUTO_TEST_CASE(an_endless_file_is_refused) {
    write_text(path, std::string((1 << 20) + 1, ' '));
    const auto endless = after(0s);
    BOOST_TEST_REQUIRE(endless.warning.has_value());
    BOOST_TEST(endless.warning->starts_with(path.string() + " is too long: expected at most 1048576 bytes"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::rules
