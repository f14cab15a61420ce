#include "prep/store/pattern_invalidation.hpp"

#include "prep/store/status_messenger.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep {
namespace {

using tests::awaitable;

struct Fixture : tests::StoreFixture {
    PatternInvalidation service{one.runs};
    void put(std::initializer_list<const char*> keys) {
        for (const auto* key : keys)
            server.command({"SET", key, "x"});
    }
    std::string left() { return server.command({"KEYS", "*"}); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(pattern_invalidation, Fixture)

BOOST_AUTO_TEST_CASE(keys_and_patterns_are_deleted_and_counted) {
    put({"user:42:a", "user:42:b", "user:43:a", "exact"});
    play([&]() -> awaitable<void> {
        std::vector<std::string> keys{"exact", "absent"}, patterns{"user:42:*"};
        const auto done = co_await service.invalidate_cache_by_patterns(keys, patterns, "user");
        BOOST_TEST(done.specific_keys == 1u);
        BOOST_TEST(done.matching_keys == 2u);
        BOOST_TEST(!done.failure.has_value());
        BOOST_TEST((co_await service.invalidate_cache_by_patterns({}, {}, "user")).total() == 0u);
    }());
    BOOST_TEST(left() == "user:43:a");
}

BOOST_AUTO_TEST_CASE(thousands_of_keys_go_in_batches) {
    server.command({"EVAL", "for i = 1, 5000 do redis.call('SET', 'catalog:models:' .. i, 'x') end", "0"});
    put({"catalog:model:7", "catalog:model:8"});
    play([&]() -> awaitable<void> {
        const auto done = co_await service.invalidate_catalog_cache("7");
        BOOST_TEST(done.total() == 5001u);
    }());
    BOOST_TEST(left() == "catalog:model:8");
}

BOOST_AUTO_TEST_CASE(an_id_that_looks_like_a_pattern_matches_itself_alone) {
    put({"user:*", "user:*:profile", "user:*:sessions:1", "user:1:sessions:1", "cluster:1:nodes",
        "clusters:list:a"});
    play([&]() -> awaitable<void> {
        BOOST_TEST((co_await service.invalidate_user_cache("*")).total() == 3u);
        BOOST_TEST((co_await service.invalidate_cluster_cache("1")).total() == 2u);
    }());
    BOOST_TEST(left() == "user:1:sessions:1");
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_and_not_thrown) {
    auto hasty = server.settings();
    hasty.command_timeout = std::chrono::milliseconds(100);
    server.kill();
    tests::Store third(context, hasty);
    const auto work = [&]() -> awaitable<void> {
        PatternInvalidation far(third.runs);
        BOOST_TEST((co_await far.invalidate_catalog_cache()).failure.has_value());
        BOOST_TEST((co_await log_level_of(third.runs, "r1") == Severity::info));
    };
    tests::run_with(context, work(), third.runs);
    server.start();
}

BOOST_AUTO_TEST_CASE(a_runs_log_level_is_what_its_users_set) {
    put({"loglevel:r3"});
    server.command({"SET", "loglevel:r1", "debug"});
    play([&]() -> awaitable<void> {
        BOOST_TEST((co_await log_level_of(one.runs, "r1") == Severity::debug));
        BOOST_TEST((co_await log_level_of(one.runs, "r2") == Severity::info));
        BOOST_TEST((co_await log_level_of(one.runs, "r3") == Severity::info));
    }());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
