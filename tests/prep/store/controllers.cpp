#include "prep/store/controllers.hpp"

#include "tests/prep/store/failing_files.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep {
namespace {

using namespace std::chrono_literals;
using tests::awaitable;
using tests::FilesWith;
using tests::set_years;
using tests::StoreFixture;
using tests::years_of;

} // namespace

BOOST_FIXTURE_TEST_SUITE(controllers, StoreFixture)

BOOST_AUTO_TEST_CASE(a_miss_fills_the_cache_with_the_documents_signature_for_72_hours) {
    play([&]() -> awaitable<void> {
        const auto read = co_await one.controllers.load(run, "climate");
        BOOST_TEST(years_of(**read) == 30);
        const auto entry = cached();
        BOOST_TEST(entry.starts_with(R"({"years": 30, "station": "a.par", "_nodb_mtime": )"), entry);
        const auto ttl = std::stol(in_database("13", {"TTL", climate_key}));
        BOOST_TEST((ttl > 259'100 && ttl <= 259'200));
    }());
}

BOOST_AUTO_TEST_CASE(a_hit_refreshes_the_time_to_live_and_equals_the_file) {
    play([&]() -> awaitable<void> {
        const auto first = co_await one.controllers.load(run, "climate");
        in_database("13", {"EXPIRE", climate_key, "100"});
        const auto second = co_await two.controllers.load(run, "climate");
        BOOST_TEST(((*first)->document() == (*second)->document()));
        BOOST_TEST(std::stol(in_database("13", {"TTL", climate_key})) > 259'100);
    }());
}

BOOST_AUTO_TEST_CASE(an_entry_of_another_version_of_the_file_is_not_believed) {
    play([&]() -> awaitable<void> {
        (void)co_await one.controllers.load(run, "climate");
        auto python = Controller::load(climate).value();
        python.document().set("/years", 31).value();
        python.save().value(); // and its process died before it set the cache
        BOOST_TEST(years_of(**(co_await two.controllers.load(run, "climate"))) == 31);
        BOOST_TEST(cached().find("\"years\": 31") != std::string::npos);
    }());
}

BOOST_AUTO_TEST_CASE(a_damaged_entry_is_evicted_and_the_file_read) {
    play([&]() -> awaitable<void> {
        for (const auto* damage : {"", "{\"years\": 3", "not json", "\x80\x04pickle"}) {
            in_database("13", {"SET", climate_key, damage});
            BOOST_TEST(years_of(**(co_await one.controllers.load(run, "climate"))) == 30);
            BOOST_TEST(cached().find("\"years\": 30") != std::string::npos);
        }
    }());
}

BOOST_AUTO_TEST_CASE(a_fill_that_was_overtaken_by_an_invalidation_is_refused) {
    play([&]() -> awaitable<void> {
        const StaleCache cache{"climate", {climate_key}};
        const auto looked = co_await one.cache.look(run, cache);
        const auto slow = Controller::load(climate).value().cache_entry();
        BOOST_TEST((co_await two.controllers.locked(run, "climate", {}, set_years(31))).has_value());
        BOOST_TEST((co_await one.cache.fill(run, cache, looked->generation, slow)).value() == false);
        BOOST_TEST(cached().find("\"years\": 31") != std::string::npos);

        const auto again = co_await one.cache.look(run, cache);
        BOOST_TEST((co_await two.controllers.clear(run, "climate")).has_value());
        BOOST_TEST((co_await one.cache.fill(run, cache, again->generation, slow)).value() == false);
        BOOST_TEST(cached() == "(nil)");
    }());
}

BOOST_AUTO_TEST_CASE(a_dump_writes_the_file_then_the_cache_and_frees_the_lock) {
    play([&]() -> awaitable<void> {
        const auto written = co_await one.controllers.locked(run, "climate", {}, set_years(31));
        BOOST_TEST(written.has_value());
        BOOST_TEST(folder.read("climate.nodb") == R"({"years": 31, "station": "a.par"})");
        BOOST_TEST(cached() == Controller::load(climate).value().cache_entry());
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(a_transaction_drops_what_the_task_made_stale_in_the_same_step) {
    in_database("13", {"SET", "nodb_cache:r1:wepp", "old"});
    in_database("13", {"SET", "nodb_cache:r1:ron", "not concerned"});
    play([&]() -> awaitable<void> {
        const Controllers::Body body = [](LockedController& climate) -> awaitable<Result<>> {
            climate.document().set("/years", 31).value();
            std::vector<std::string> tasks{"build_climate"};
            co_return co_await climate.dump_and_unlock_with_transaction(std::move(tasks));
        };
        BOOST_TEST((co_await one.controllers.locked(run, "climate", {}, body)).has_value());
    }());
    BOOST_TEST(cached("nodb_cache:r1:wepp") == "(nil)");
    BOOST_TEST(cached("nodb_cache:r1:ron") == "not concerned");
    BOOST_TEST(cached().find("\"years\": 31") != std::string::npos);
    BOOST_TEST(in_database("13", {"HEXISTS", "freshet:generations:r1", "wepp"}) == "1");
    BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
}

BOOST_AUTO_TEST_CASE(a_writer_that_lost_its_lock_writes_nothing) {
    play([&]() -> awaitable<void> {
        const Controllers::Body body = [&](LockedController& climate) -> awaitable<Result<>> {
            co_await one.locks.force_unlock("r1", "climate.nodb");
            auto other = co_await two.controllers.locked(run, "climate", {}, set_years(77));
            BOOST_TEST(other.has_value());
            climate.document().set("/years", 99).value();
            co_return co_await climate.dump();
        };
        const auto lost = co_await one.controllers.locked(run, "climate", {}, body);
        BOOST_TEST(((lost.error().code == Errc::stale) || (lost.error().code == Errc::lease_lost)));
        BOOST_TEST(years_of(**(co_await two.controllers.load(run, "climate"))) == 77);
    }());
}

BOOST_AUTO_TEST_CASE(a_lock_lost_while_the_file_was_replaced_leaves_no_entry_of_the_loser) {
    play([&]() -> awaitable<void> {
        (void)co_await two.controllers.load(run, "climate");
        const Controllers::Body body = [&](LockedController& climate) -> awaitable<Result<>> {
            co_await one.locks.force_unlock("r1", "climate.nodb");
            climate.document().set("/years", 31).value();
            co_return co_await climate.dump();
        };
        const auto lost = co_await one.controllers.locked(run, "climate", {}, body);
        BOOST_TEST((lost.error().code == Errc::lease_lost));
        BOOST_TEST(cached() == "(nil)");
    }());
}

BOOST_AUTO_TEST_CASE(a_failed_dump_keeps_the_old_file_and_frees_the_lock) {
    play([&]() -> awaitable<void> {
        for (const auto* step : {"create", "write", "sync_file", "rename"}) {
            auto files = FilesWith::failing(step, EIO);
            Controllers failing{
                {.runs = one.runs, .locks = one.locks, .files = one.files, .file_operations = &files}};
            const auto failed = co_await failing.locked(run, "climate", {}, set_years(31));
            BOOST_TEST((failed.error().code == Errc::unavailable), step);
            BOOST_TEST(years_of(**(co_await two.controllers.load(run, "climate"))) == 30, step);
            BOOST_TEST(server.command({"EXISTS", lock_key}) == "0", step);
        }
    }());
}

BOOST_AUTO_TEST_CASE(a_directory_that_fails_to_sync_shows_the_new_document_from_the_file_alone) {
    auto files = FilesWith::failing("sync_directory", EIO);
    Controllers failing{
        {.runs = one.runs, .locks = one.locks, .files = one.files, .file_operations = &files}};
    play([&]() -> awaitable<void> {
        (void)co_await two.controllers.load(run, "climate");
        const auto half = co_await failing.locked(run, "climate", {}, set_years(31));
        BOOST_TEST((half.error().code == Errc::unknown_fate));
        BOOST_TEST(cached() == "(nil)");
        BOOST_TEST(years_of(**(co_await two.controllers.load(run, "climate"))) == 31);
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(a_new_controller_is_made_only_when_asked_for) {
    play([&]() -> awaitable<void> {
        const auto refused = co_await one.controllers.locked(run, "rap_ts", {}, set_years(1));
        BOOST_TEST((refused.error().code == Errc::not_found));
        Controllers::WriteOptions options;
        options.missing = Controllers::Missing::is_created;
        BOOST_TEST((co_await one.controllers.locked(run, "rap_ts", options, set_years(1))).has_value());
        BOOST_TEST(folder.read("rap_ts.nodb") == R"({"years": 1})");
        const auto unknown = co_await one.controllers.load(run, "no_controller");
        BOOST_TEST((unknown.error().code == Errc::bad_input));
    }());
}

BOOST_AUTO_TEST_CASE(refresh_replaces_even_an_entry_that_looks_right) {
    play([&]() -> awaitable<void> {
        auto wrong = Controller::load(climate).value();
        wrong.document().set("/years", 99).value();
        in_database("13", {"SET", climate_key, wrong.cache_entry()});
        BOOST_TEST(years_of(**(co_await one.controllers.load(run, "climate"))) == 99);
        BOOST_TEST((co_await one.controllers.refresh(run, "climate")).has_value());
        BOOST_TEST(years_of(**(co_await one.controllers.load(run, "climate"))) == 30);
    }());
}

BOOST_AUTO_TEST_CASE(clear_all_drops_every_controller_of_the_run_and_of_no_other) {
    for (const auto* key : {"nodb_cache:r1:wepp", "nodb_cache:r1:omni", "nodb_cache:r2:wepp"})
        in_database("13", {"SET", key, "x"});
    play([&]() -> awaitable<void> {
        BOOST_TEST((co_await one.controllers.clear_all(run)).has_value());
    }());
    BOOST_TEST(in_database("13", {"KEYS", "nodb_cache:*"}) == "nodb_cache:r2:wepp");
}

BOOST_AUTO_TEST_CASE(keys_with_the_runs_path_are_cleared_in_both_spellings_of_a_symbolic_link) {
    const auto link = folder.parent() / "link" / "r1";
    std::filesystem::create_directory(link.parent_path());
    std::filesystem::create_directory_symlink(folder.path(), link);
    const auto parsed = rules::CacheRules::parse(
        R"({"version": "1.0", "rules": {"build_climate": {"invalidates_cache": ["climate"]}},
            "cache_keys": {"climate": ["nodb_cache:{run_id}:climate", "{run_dir}/climate.nodb"]}})",
        "test")
                            .value();
    const auto keys = stale_after(parsed, "build_climate", "r1", link.string()).front().keys;
    const std::vector<std::string> expected{climate_key, (link / "climate.nodb").string(),
        (std::filesystem::canonical(folder.path()) / "climate.nodb").string()};
    BOOST_TEST(keys == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_redis_a_read_is_slower_but_right) {
    auto hasty = server.settings();
    hasty.command_timeout = 200ms;
    tests::Store third(context, hasty);
    const auto read = [&]() -> awaitable<void> {
        (void)co_await third.controllers.load(run, "climate");
        server.kill();
        folder.write("climate.nodb", R"({"years": 31})");
        BOOST_TEST(years_of(**(co_await third.controllers.load(run, "climate"))) == 31);
        server.start();
    };
    tests::run_with(context, read(), third.runs);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
