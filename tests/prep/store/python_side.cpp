#include "prep/store/controllers.hpp"
#include "prep/store/redis_prep.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>

namespace freshet::prep {
namespace {

using namespace std::chrono_literals;
using tests::awaitable;
using tests::set_years;
using tests::years_of;

struct Fixture : tests::StoreFixture {
    boost::json::object python(const std::string& step) const {
        const auto command = "/usr/bin/python3 " FRESHET_SOURCE_DIR "/tests/prep/store/python_side.py " +
                             server.socket() + " " + folder.path().string() + " " + step;
        std::FILE* pipe = popen(command.c_str(), "r");
        std::string text;
        char buffer[4096];
        while (const auto size = std::fread(buffer, 1, sizeof buffer, pipe))
            text.append(buffer, size);
        BOOST_REQUIRE_MESSAGE(pclose(pipe) == 0, "python_side.py " << step << " failed");
        return boost::json::parse(text).as_object();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(python_side, Fixture)

BOOST_AUTO_TEST_CASE(each_respects_and_reads_the_others_lock) {
    play([&]() -> awaitable<void> {
        const auto ours = co_await one.locks.take(run, "climate.nodb");
        const auto seen = python("holder");
        BOOST_TEST(seen.at("payload").at("token").as_string() == ours->token());
        BOOST_TEST(seen.at("flag").as_string() == "true");
        BOOST_TEST(!python("lock").at("taken").as_bool());
        (void)co_await one.locks.release(*ours);

        const auto theirs = python("lock");
        BOOST_TEST(theirs.at("taken").as_bool());
        const auto busy = co_await one.locks.take(run, "climate.nodb");
        BOOST_TEST(busy.error().message.find("climate.nodb is locked by pyhost:77 since ") == 0u,
            busy.error().message);
        BOOST_TEST(python("unlock " + std::string(theirs.at("token").as_string())).at("freed").as_bool());
        BOOST_TEST((co_await one.locks.take(run, "climate.nodb")).has_value());
    }());
}

BOOST_AUTO_TEST_CASE(each_hits_the_cache_that_the_other_filled) {
    play([&]() -> awaitable<void> {
        BOOST_TEST(python("load").at("from").as_string() == "file");
        const auto entry = cached();
        BOOST_TEST(years_of(**(co_await one.controllers.load(run, "climate"))) == 30);
        BOOST_TEST(cached() == entry); // a hit: nothing was filled

        BOOST_TEST((co_await one.controllers.locked(run, "climate", {}, set_years(31))).has_value());
        const auto read = python("load");
        BOOST_TEST(read.at("from").as_string() == "cache");
        BOOST_TEST(read.at("years").as_int64() == 31);
    }());
}

BOOST_AUTO_TEST_CASE(what_python_saved_is_read_and_kept_when_we_write) {
    play([&]() -> awaitable<void> {
        (void)co_await one.near_controllers.load(run, "climate");
        python("save 47");
        BOOST_TEST(years_of(**(co_await one.near_controllers.load(run, "climate"))) == 47);
        const Controllers::Body add_field = [](LockedController& climate) -> awaitable<Result<>> {
            climate.document().set("/cli", "climate/a.cli").value();
            co_return co_await climate.dump_and_unlock();
        };
        BOOST_TEST((co_await one.controllers.locked(run, "climate", {}, add_field)).has_value());
        BOOST_TEST(
            folder.read("climate.nodb") == R"({"years": 47, "station": "a.par", "cli": "climate/a.cli"})");
    }());
}

BOOST_AUTO_TEST_CASE(an_unchecked_fill_by_python_is_caught_by_the_signature) {
    play([&]() -> awaitable<void> {
        const auto old = Controller::load(climate).value().cache_entry();
        BOOST_TEST((co_await one.controllers.locked(run, "climate", {}, set_years(31))).has_value());
        in_database("13", {"SET", climate_key, old}); // a Python process that read before and was slow
        BOOST_TEST(years_of(**(co_await two.controllers.load(run, "climate"))) == 31);
        BOOST_TEST(python("load").at("years").as_int64() == 31);
    }());
}

BOOST_AUTO_TEST_CASE(the_run_hash_reads_the_same_on_both_sides) {
    auto prep = RedisPrep::open(one.runs, folder.path()).value();
    play([&]() -> awaitable<void> {
        python("stamp build_soils");
        const auto soils = co_await prep.timestamp("build_soils");
        BOOST_TEST((co_await prep.attribute("has_sbs")).value().value());
        const auto climate = co_await prep.record("build_climate", {});
        BOOST_TEST(*climate > soils->value());
        (void)co_await prep.set_job_receipt("build_climate_rq", "job-1");
        const auto hash = python("run_hash");
        BOOST_TEST(hash.at("timestamps:build_climate").as_string() == std::to_string(*climate));
        BOOST_TEST(hash.at("rq:build_climate_rq").as_string() == "job-1");
    }());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
