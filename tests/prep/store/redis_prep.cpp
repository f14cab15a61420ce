#include "prep/store/redis_prep.hpp"

#include "tests/prep/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep {
namespace {

using tests::awaitable;

struct Fixture : tests::StoreFixture {
    RedisPrep prep = RedisPrep::open(one.runs, folder.path()).value();
    std::string dump() const { return folder.read("redisprep.dump"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(redis_prep, Fixture)

BOOST_AUTO_TEST_CASE(a_record_stamps_invalidates_and_dumps) {
    in_database("13", {"SET", "nodb_cache:r1:wepp", "old"});
    play([&]() -> awaitable<void> {
        auto stale =
            stale_after(*rules::default_cache_rules(), "build_climate", "r1", folder.path().string());
        const auto first = co_await prep.record("build_climate", std::move(stale));
        const auto second = co_await prep.record("build_soils", {});
        BOOST_TEST(*second > *first);
        BOOST_TEST((co_await prep.timestamp("build_climate")).value().value() == *first);
        BOOST_TEST((co_await prep.last_modified()).value().value() == *second);
    }());
    BOOST_TEST(cached("nodb_cache:r1:wepp") == "(nil)");
    BOOST_TEST(dump().find("timestamps:build_soils") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(timestamps_are_removed_one_or_all) {
    play([&]() -> awaitable<void> {
        for (const auto* task : {"build_climate", "build_soils", "build_landuse"})
            (void)co_await prep.record(task, {});
        BOOST_TEST((co_await prep.remove_timestamp("build_soils")).has_value());
        BOOST_TEST((co_await prep.timestamps())->size() == 2u);
        BOOST_TEST(dump().find("build_soils") == std::string::npos);
        BOOST_TEST((co_await prep.remove_all_timestamps()).has_value());
        BOOST_TEST((co_await prep.timestamps())->empty());
        BOOST_TEST(dump().find("timestamps:") == std::string::npos);
    }());
}

BOOST_AUTO_TEST_CASE(receipts_attributes_and_the_archive_job_are_kept_and_dumped) {
    play([&]() -> awaitable<void> {
        (void)co_await prep.set_job_receipt("build_climate_rq", "job-1");
        (void)co_await prep.set_attribute("has_sbs", RedisPrep::Attribute::yes);
        (void)co_await prep.set_archive_job_id("job-2");
        BOOST_TEST((co_await prep.job_receipts())->at("build_climate_rq") == "job-1");
        BOOST_TEST((co_await prep.attribute("has_sbs")).value().value() == true);
        BOOST_TEST(!(co_await prep.attribute("sbs_required")).value().has_value());
        BOOST_TEST((co_await prep.archive_job_id()).value().value() == "job-2");
        BOOST_TEST(dump().find("\"archive:job_id\":\"job-2\"") != std::string::npos);
        (void)co_await prep.clear_archive_job_id();
        BOOST_TEST(!(co_await prep.archive_job_id()).value().has_value());
    }());
}

BOOST_AUTO_TEST_CASE(the_dump_has_no_locks_and_fills_a_cold_hash) {
    play([&]() -> awaitable<void> {
        server.command({"HSET", "r1", "locked:climate.nodb", "true", "attrs:loaded", "true"});
        const auto stamp = co_await prep.record("build_climate", {});
        BOOST_TEST(dump().find("locked:") == std::string::npos);
        server.command({"FLUSHALL"});
        server.command({"HSET", "r1", "timestamps:build_soils", "5"});
        BOOST_TEST((co_await prep.load_if_cold()).value());
        BOOST_TEST(!(co_await prep.load_if_cold()).value());
        BOOST_TEST((co_await prep.timestamp("build_climate")).value().value() == *stamp);
        BOOST_TEST((co_await prep.timestamp("build_soils")).value().value() == 5);
    }());
}

BOOST_AUTO_TEST_CASE(a_damaged_dump_changes_nothing) {
    folder.write("redisprep.dump", "{\"timestamps:build_climate\": ");
    play([&]() -> awaitable<void> {
        BOOST_TEST(((co_await prep.load_if_cold()).error().code == Errc::bad_input));
        BOOST_TEST(server.command({"EXISTS", "r1"}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(an_invalidation_on_its_own_names_the_controllers) {
    in_database("13", {"SET", "nodb_cache:r1:climate", "old"});
    play([&]() -> awaitable<void> {
        const auto rules = rules::default_cache_rules();
        const auto names = co_await prep.invalidate_caches_for_task(*rules, "build_climate");
        BOOST_TEST(names.front() == "climate");
        BOOST_TEST((co_await prep.invalidate_caches_for_task(*rules, "no_such_task")).empty());
    }());
    BOOST_TEST(cached() == "(nil)");
    BOOST_TEST(server.command({"HKEYS", "r1"}) == "");
}

BOOST_AUTO_TEST_CASE(redis_failing_in_an_invalidation_does_not_stop_the_operation) {
    auto hasty = server.settings();
    hasty.command_timeout = std::chrono::milliseconds(100);
    tests::Store third(context, hasty);
    auto far = RedisPrep::open(third.runs, folder.path()).value();
    const auto work = [&]() -> awaitable<void> {
        (void)co_await third.runs.ready(std::chrono::seconds(30));
        server.kill();
        BOOST_TEST((co_await far.invalidate_caches_for_task(*rules::default_cache_rules(), "build_climate"))
                       .empty());
        server.start();
    };
    tests::run_with(context, work(), third.runs);
}

BOOST_AUTO_TEST_CASE(a_dump_that_cannot_be_written_leaves_the_record_standing) {
    play([&]() -> awaitable<void> {
        std::filesystem::create_directory(folder.path() / "redisprep.dump");
        BOOST_TEST((co_await prep.record("build_climate", {})).has_value());
        BOOST_TEST((co_await prep.timestamp("build_climate")).value().has_value());
    }());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
