#include "prep/store/client_cache.hpp"

#include "tests/prep/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep {
namespace {

using tests::awaitable;
using tests::set_years;
using tests::StoreFixture;
using tests::years_of;

std::string commands_processed(const StoreFixture& fixture) {
    const auto info = fixture.server.command({"INFO", "commandstats"});
    const auto at = info.find("cmdstat_evalsha:calls=");
    return at == info.npos ? "0" : info.substr(at + 22, info.find(',', at) - at - 22);
}

/// Reads until the controller stays: what the reading itself has written to Redis is told back first.
awaitable<void> warm_up(StoreFixture& fixture) {
    auto& store = fixture.one;
    co_await tests::until([&] { return store.client_cache.active(); });
    auto quiet_for = 0;
    while (quiet_for < 3) {
        (void)co_await store.near_controllers.load(fixture.run, "climate");
        const auto before = commands_processed(fixture);
        co_await pause(std::chrono::milliseconds(1));
        (void)co_await store.near_controllers.load(fixture.run, "climate");
        quiet_for = commands_processed(fixture) == before ? quiet_for + 1 : 0;
    }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(client_cache, StoreFixture)

BOOST_AUTO_TEST_CASE(a_hit_costs_no_call_to_redis) {
    play([&]() -> awaitable<void> {
        co_await warm_up(*this);
        const auto before = commands_processed(*this);
        for (int i = 0; i < 100; ++i)
            BOOST_TEST(years_of(**(co_await one.near_controllers.load(run, "climate"))) == 30);
        BOOST_TEST(commands_processed(*this) == before);
    }());
}

BOOST_AUTO_TEST_CASE(a_completion_elsewhere_empties_it) {
    play([&]() -> awaitable<void> {
        co_await warm_up(*this);
        BOOST_TEST((co_await two.controllers.locked(run, "climate", {}, set_years(31))).has_value());
        BOOST_TEST(years_of(**(co_await one.near_controllers.load(run, "climate"))) == 31);

        in_database("13", {"DEL", climate_key});
        co_await tests::until([&] { return one.client_cache.size() == 0; });
        (void)co_await one.near_controllers.load(run, "climate");
        BOOST_TEST(
            (co_await two.controllers.clear(run, "wepp")).has_value()); // moves a generation of the run
        co_await tests::until([&] { return one.client_cache.size() == 0; });
    }());
}

BOOST_AUTO_TEST_CASE(a_flushed_database_empties_it) {
    play([&]() -> awaitable<void> {
        co_await warm_up(*this);
        in_database("13", {"FLUSHDB"});
        co_await tests::until([&] { return one.client_cache.size() == 0; });
    }());
}

BOOST_AUTO_TEST_CASE(a_lost_connection_empties_it_and_it_comes_back) {
    play([&]() -> awaitable<void> {
        co_await warm_up(*this);
        BOOST_TEST(one.client_cache.size() == 1u);
        server.command({"CLIENT", "KILL", "TYPE", "pubsub"});
        // Not until it is inactive: it may be back before anyone looks.
        co_await tests::until([&] { return one.client_cache.size() == 0; });
        co_await tests::until([&] { return one.client_cache.active(); });
    }());
}

BOOST_AUTO_TEST_CASE(keys_that_are_paths_are_followed_and_those_that_begin_with_a_run_id_not_kept) {
    const auto rules = rules::CacheRules::parse(
        R"({"version": "1.0", "rules": {}, "cache_keys":
            {"climate": "{run_dir}/climate.nodb", "soils": "{run_id}:soils.nodb"}})",
        "test")
                           .value();
    ClientCache other(context.get_executor(), server.settings(), rules);
    const auto watch = [&]() -> awaitable<void> {
        co_await tests::until([&] { return other.active(); });
        BOOST_TEST(other.begin("r1:soils.nodb", "r1") == 0u);
        const auto key = climate.string();
        BOOST_TEST(other.begin(key, "r1") != 0u);
        in_database("13", {"SET", "any/other/key", "x"});
        in_database("13", {"SET", key, "x"});
        co_await tests::until([&] { return other.size() == 0; });
    };
    tests::run_with(context, watch(), other);
}

BOOST_AUTO_TEST_CASE(what_was_changed_while_it_was_read_is_not_kept) {
    play([&]() -> awaitable<void> {
        co_await tests::until([&] { return one.client_cache.active(); });
        const auto ticket = one.client_cache.begin(climate_key, "r1");
        const auto read = std::make_shared<const Controller>(Controller::load(climate).value());
        in_database("13", {"SET", climate_key, "x"});
        co_await tests::until([&] { return one.client_cache.size() == 0; });
        one.client_cache.put(climate_key, ticket, read);
        BOOST_TEST(!one.client_cache.find(climate_key));
    }());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
