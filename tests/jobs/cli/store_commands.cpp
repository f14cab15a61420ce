#include "jobs/cli/cache_commands.hpp"
#include "jobs/cli/prep_commands.hpp"
#include "jobs/cli/rules_commands.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <sstream>

namespace freshet::jobs::cli {
namespace {

using tests::awaitable;

struct Fixture : tests::StoreFixture {
    std::ostringstream out;

    bool said(std::string_view text) const { return out.str().find(text) != std::string::npos; }
    Errc failure_of(awaitable<int> command) {
        Errc code{};
        play([&]() -> awaitable<void> {
            try {
                (void)co_await std::move(command);
            } catch (const Failure& failure) {
                code = failure.error().code;
            }
        }());
        return code;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_commands, Fixture)

BOOST_AUTO_TEST_CASE(cache_get_prints_the_controller_as_readers_see_it) {
    play([&]() -> awaitable<void> {
        BOOST_TEST(co_await cache_get(one.runs, folder.path(), "climate", out) == 0);
    }());
    BOOST_TEST(out.str() == "{\"years\": 30, \"station\": \"a.par\"}\n");
    BOOST_TEST(cached() != "(nil)");
}

BOOST_AUTO_TEST_CASE(cache_clear_and_refresh_take_one_controller_or_all) {
    folder.write("soils.nodb", "{}");
    in_database("13", {"SET", "nodb_cache:r1:wepp", "x"});
    play([&]() -> awaitable<void> {
        (void)co_await cache_refresh(one.runs, folder.path(), {}, out);
        BOOST_TEST(cached("nodb_cache:r1:soils") != "(nil)");
        BOOST_TEST(cached("nodb_cache:r1:wepp") == "(nil)");
        (void)co_await cache_clear(one.runs, folder.path(), "soils", out);
        BOOST_TEST(cached("nodb_cache:r1:soils") == "(nil)");
        BOOST_TEST(cached() != "(nil)");
        (void)co_await cache_clear(one.runs, folder.path(), {}, out);
        BOOST_TEST(cached() == "(nil)");
    }());
    BOOST_TEST(out.str() == "soils refreshed\nclimate refreshed\nsoils cleared\nall controllers cleared\n");
}

BOOST_AUTO_TEST_CASE(an_unknown_run_or_controller_is_an_error) {
    BOOST_TEST((failure_of(cache_get(one.runs, folder.parent() / "r9", "climate", out)) == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(an_unknown_controller_is_bad_input) {
    BOOST_TEST((failure_of(cache_get(one.runs, folder.path(), "weather", out)) == Errc::bad_input));
}

BOOST_AUTO_TEST_CASE(prep_shows_timestamps_checklist_and_locks) {
    server.command({"HSET", "r1", "timestamps:build_channels", "1700000000", "locked:soils.nodb", "true"});
    play([&]() -> awaitable<void> {
        const auto lock = co_await one.locks.take(run, "climate.nodb");
        BOOST_TEST(co_await prep_status(one.runs, "r1", {}, out) == 0);
    }());
    BOOST_TEST(said("build_channels           2023-11-14 22:13:20Z"), out.str());
    BOOST_TEST(said("[x] channels\n"));
    BOOST_TEST(said("[ ] climate\n"));
    BOOST_TEST(said("climate.nodb is locked by "));
    BOOST_TEST(said("soils.nodb is shown as locked, but its lock has expired\n"));
}

BOOST_AUTO_TEST_CASE(prep_as_json_is_one_object_a_line) {
    server.command({"HSET", "r1", "timestamps:build_channels", "1700000000"});
    PrepOptions options;
    options.format = PrepOptions::Format::json;
    play([&]() -> awaitable<void> {
        (void)co_await prep_status(one.runs, "r1", options, out);
    }());
    const auto status = boost::json::parse(out.str()).as_object();
    BOOST_TEST(status.at("run").as_string() == "r1");
    BOOST_TEST(status.at("timestamps").at("build_channels").as_int64() == 1'700'000'000);
    BOOST_TEST(status.at("checklist").at("channels").as_bool());
    BOOST_TEST(status.at("last_modified").as_int64() == 1'700'000'000);
}

BOOST_AUTO_TEST_CASE(prep_watches_the_run_live) {
    server.command({"HSET", "r1", "timestamps:build_channels", "1700000000"});
    PrepOptions options;
    options.format = PrepOptions::Format::json;
    options.follow = PrepOptions::Follow::live;
    options.most_prints = 2;
    std::vector<awaitable<void>> parts;
    parts.push_back([](Fixture& fixture, PrepOptions how) -> awaitable<void> {
        (void)co_await prep_status(fixture.one.runs, "r1", how, fixture.out);
    }(*this, options));
    parts.push_back([](Fixture& fixture) -> awaitable<void> {
        co_await tests::until([&] { return !fixture.out.str().empty(); });
        fixture.server.command({"HSET", "r1", "timestamps:build_climate", "1700000001"});
    }(*this));
    play(tests::all(std::move(parts)));
    BOOST_TEST(said("\"build_climate\":1700000001"), out.str());
}

BOOST_AUTO_TEST_CASE(prep_of_a_run_that_redis_does_not_know_is_not_found) {
    BOOST_TEST((failure_of(prep_status(one.runs, "r9", {}, out)) == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(rules_are_checked_shown_and_drawn) {
    const auto good = folder.write("good.json", rules::default_cache_rules_text());
    const auto bad = folder.write("bad.json", R"({"version": "2.0", "rules": {}})");
    BOOST_TEST(rules_check(good.string(), out) == 0);
    BOOST_TEST(said("good.json: ok, "));
    BOOST_CHECK_THROW(rules_check(bad.string(), out), Failure);

    const auto rules = rules::default_cache_rules();
    BOOST_TEST(rules_show(*rules, "fetch_rap_ts", out) == 0);
    BOOST_TEST(said("stored as build_rap_ts: 2 controllers become stale\n"), out.str());
    BOOST_TEST(said("nodb_cache:{run_id}:wepp"));
    BOOST_CHECK_THROW(rules_show(*rules, "build_climat", out), Failure);
    BOOST_TEST(rules_graph(*rules, out) == 0);
    BOOST_TEST(said("digraph cache_invalidation {"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs::cli
