// What once went wrong, each replayed twice: in the way of old, which shows the harm, and in ours.

#include "prep/redis/subscriber.hpp"
#include "prep/store/status_messenger.hpp"
#include "tests/prep/redis/scripted_server.hpp"
#include "tests/prep/store/failing_files.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/stat.h>

namespace freshet::prep {
namespace {

using namespace std::chrono_literals;
using tests::awaitable;
using tests::set_years;
using tests::years_of;

/// The old way: whole documents, trusted caches, locks without owners.
struct OldWay : tests::StoreFixture {
    Document cached_document() const { return Document::parse(cached(), "entry").value(); }
    void write_in_place(const Document& document) const { folder.write("climate.nodb", document.text()); }
    std::int64_t years_in_file() const { return years_of(Controller::load(climate).value()); }
    void write_elsewhere(int years) const {
        auto other = Controller::load(climate).value();
        other.document().set("/years", years).value();
        other.save().value();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(incidents, OldWay)

BOOST_AUTO_TEST_CASE(a_users_choice_was_reverted_by_writing_an_old_cached_document_back) {
    play([&]() -> awaitable<void> {
        (void)co_await one.controllers.load(run, "climate");
        write_elsewhere(99); // the user's choice
        auto old_way = cached_document();
        old_way.set("/station", "b.par").value();
        write_in_place(old_way);
        BOOST_TEST(years_in_file() == 30); // reverted

        write_elsewhere(99);
        const Controllers::Body choose_station = [](LockedController& climate) -> awaitable<Result<>> {
            climate.document().set("/station", "b.par").value();
            co_return co_await climate.dump_and_unlock();
        };
        BOOST_TEST((co_await one.controllers.locked(run, "climate", {}, choose_station)).has_value());
        BOOST_TEST(years_in_file() == 99);
    }());
}

BOOST_AUTO_TEST_CASE(the_cache_was_written_before_the_files_final_time_was_known) {
    play([&]() -> awaitable<void> {
        auto old_way = Controller::load(climate).value();
        in_database("13", {"SET", climate_key, old_way.cache_entry()});
        old_way.save().value();
        BOOST_TEST((Controller::from_cache(climate, cached(), signature_of(climate).value()).error().code ==
                    Errc::stale));

        BOOST_TEST((co_await one.controllers.locked(run, "climate", {}, set_years(31))).has_value());
        BOOST_TEST(Controller::from_cache(climate, cached(), signature_of(climate).value()).has_value());
    }());
}

BOOST_AUTO_TEST_CASE(a_document_was_dumped_without_its_lock) {
    play([&]() -> awaitable<void> {
        const auto theirs = co_await two.locks.take(run, "climate.nodb");
        write_elsewhere(31); // the old way asked nobody
        BOOST_TEST(years_in_file() == 31);

        const auto refused = co_await one.controllers.locked(run, "climate", {}, set_years(32));
        BOOST_TEST((refused.error().code == Errc::conflict));
        BOOST_TEST(years_in_file() == 31);
        BOOST_TEST(theirs->check_lease().has_value());
    }());
}

BOOST_AUTO_TEST_CASE(a_failure_path_released_somebody_elses_lock) {
    play([&]() -> awaitable<void> {
        auto expired = co_await one.locks.take(run, "climate.nodb");
        co_await one.locks.force_unlock("r1", "climate.nodb");
        (void)co_await two.locks.take(run, "climate.nodb");
        server.command({"DEL", lock_key}); // the old way's finally:
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");

        const auto theirs = co_await two.locks.take(run, "climate.nodb");
        (void)co_await one.locks.release(*expired);
        BOOST_TEST(parse_lock("", server.command({"GET", lock_key})).token == theirs->token());
    }());
}

BOOST_AUTO_TEST_CASE(a_lock_was_kept_when_the_dump_had_failed) {
    auto full = tests::FilesWith::failing("write", ENOSPC);
    Controllers on_full_disk{
        {.runs = one.runs, .locks = one.locks, .files = one.files, .file_operations = &full}};
    play([&]() -> awaitable<void> {
        (void)co_await one.locks.take(run, "climate.nodb");
        auto old_way = Controller::load(climate).value();
        SaveOptions to_full_disk;
        to_full_disk.files = &full;
        BOOST_TEST(old_way.save(to_full_disk).has_error()); // and nobody came to the line that unlocks
        const auto locked_out = co_await two.controllers.locked(run, "climate", {}, set_years(32));
        BOOST_TEST((locked_out.error().code == Errc::conflict));
        (void)co_await one.locks.force_unlock("r1", "climate.nodb");

        const auto failed = co_await on_full_disk.locked(run, "climate", {}, set_years(31));
        BOOST_TEST((failed.error().code == Errc::unavailable));
        BOOST_TEST((co_await two.controllers.locked(run, "climate", {}, set_years(32))).has_value());
    }());
}

BOOST_AUTO_TEST_CASE(two_writers_wrote_after_a_lock_had_expired) {
    play([&]() -> awaitable<void> {
        (void)co_await one.locks.take(run, "climate.nodb");
        auto old_way = Controller::load(climate)->document();
        server.command({"DEL", lock_key}); // its time to live ran out
        BOOST_TEST((co_await two.controllers.locked(run, "climate", {}, set_years(76))).has_value());
        old_way.set("/station", "b.par").value();
        write_in_place(old_way);
        BOOST_TEST(years_in_file() == 30); // the second writer's work is lost

        Result<> second;
        const Controllers::Body slow = [&](LockedController& climate) -> awaitable<Result<>> {
            server.command({"DEL", lock_key}); // its time to live ran out
            second = co_await two.controllers.locked(run, "climate", {}, set_years(77));
            climate.document().set("/years", 31).value();
            co_return co_await climate.dump_and_unlock();
        };
        const auto first = co_await one.controllers.locked(run, "climate", {}, slow);
        BOOST_TEST(second.has_value());
        BOOST_TEST((first.error().code == Errc::stale));
        BOOST_TEST(years_in_file() == 77);
    }());
}

BOOST_AUTO_TEST_CASE(a_reader_met_a_file_that_was_being_rewritten_in_place) {
    folder.write("climate.nodb", R"({"years": 3)"); // the old way, half done
    BOOST_TEST(Controller::load(climate).has_error());

    folder.write("climate.nodb", R"({"years": 30})");
    std::optional<std::int64_t> seen_in_the_middle;
    auto files = tests::FilesWith("sync_file", [&] {
        seen_in_the_middle = years_in_file();
        return 0;
    });
    auto mine = Controller::load(climate).value();
    mine.document().set("/years", 31).value();
    SaveOptions options;
    options.files = &files;
    mine.save(options).value();
    BOOST_TEST(seen_in_the_middle.value() == 30);
    BOOST_TEST(years_in_file() == 31);
}

BOOST_AUTO_TEST_CASE(a_rewrite_of_equal_size_within_a_tick_went_unnoticed) {
    const auto before = signature_of(climate).value();
    folder.write("climate.nodb", R"({"years": 31, "station": "a.par"})");
    const timespec same_tick[]{{before.seconds, before.nanoseconds}, {before.seconds, before.nanoseconds}};
    utimensat(AT_FDCWD, climate.c_str(), same_tick, 0);
    BOOST_TEST((signature_of(climate).value() == before)); // the old way

    auto mine = Controller::load(climate).value();
    mine.document().set("/years", 32).value();
    mine.save().value();
    BOOST_TEST(!(signature_of(climate).value() == before));
}

BOOST_AUTO_TEST_CASE(a_lock_was_held_through_minutes_of_downloads_and_shut_the_user_out) {
    play([&]() -> awaitable<void> {
        Result<> choice;
        const auto user_chooses = [&]() -> awaitable<void> {
            choice = co_await two.controllers.locked(run, "climate", {}, set_years(99));
        };
        const Controllers::Body download = [&](LockedController&) -> awaitable<Result<>> {
            co_await user_chooses();
            co_return Result<>{};
        };
        (void)co_await one.controllers.locked(run, "climate", {}, download); // the old way
        BOOST_TEST((choice.error().code == Errc::conflict));

        co_await user_chooses(); // while we download without the lock
        BOOST_TEST(choice.has_value());
        const Controllers::Body note_it = [&](LockedController& climate) -> awaitable<Result<>> {
            climate.document().set("/cli", "a.cli").value();
            co_return co_await climate.dump_and_unlock();
        };
        BOOST_TEST((co_await one.controllers.locked(run, "climate", {}, note_it)).has_value());
        BOOST_TEST(years_in_file() == 99);
    }());
}

BOOST_AUTO_TEST_CASE(inputs_changed_while_a_task_worked_and_its_result_was_applied_all_the_same) {
    play([&]() -> awaitable<void> {
        auto old_way = Controller::load(climate)->document(); // then minutes of work on 30 years
        write_elsewhere(98);
        old_way.set("/cli", "thirty-years.cli").value();
        write_in_place(old_way);
        BOOST_TEST(years_in_file() == 30); // the user's 98 are gone
        write_elsewhere(30);

        const auto based_on =
            years_of(**(co_await one.controllers.load(run, "climate"))); // then minutes of work
        write_elsewhere(99);
        const Controllers::Body apply = [&](LockedController& climate) -> awaitable<Result<>> {
            if (years_of(climate.controller()) != based_on) co_return Error{Errc::stale, "superseded"};
            co_return co_await climate.dump_and_unlock();
        };
        const auto superseded = co_await one.controllers.locked(run, "climate", {}, apply);
        BOOST_TEST((superseded.error().code == Errc::stale));
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_to_the_run_left_the_entry_under_the_links_name_in_the_cache) {
    const auto link = folder.parent() / "link" / "r1";
    std::filesystem::create_directory(link.parent_path());
    std::filesystem::create_directory_symlink(folder.path(), link);
    const auto by_path = std::make_shared<const rules::CacheRules>(rules::CacheRules::parse(
        R"({"version": "1.0", "rules": {}, "cache_keys": {"climate": "{run_dir}/climate.nodb"}})", "test")
                                                                       .value());
    const auto through_link = Run::at(link).value();
    const auto entry = (link / "climate.nodb").string();
    const auto real_entry = std::filesystem::canonical(climate).string();
    Controllers controllers{{.runs = one.runs, .locks = one.locks, .files = one.files, .rules = [&] {
                                 return by_path;
                             }}};
    play([&]() -> awaitable<void> {
        (void)co_await controllers.load(through_link, "climate");
        in_database("13", {"DEL", real_entry}); // the old way cleared the resolved path alone
        BOOST_TEST(in_database("13", {"EXISTS", entry}) == "1");

        in_database("13", {"SET", real_entry, "x"});
        BOOST_TEST((co_await controllers.clear(through_link, "climate")).has_value());
        BOOST_TEST(in_database("13", {"EXISTS", entry, real_entry}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(life_cycle_events_went_to_a_channel_whose_name_was_never_filled_in) {
    redis::Subscriber watcher(context.get_executor(), server.settings());
    const auto watch = [&]() -> awaitable<void> {
        std::vector<std::string> channels{"r1:rq"};
        BOOST_TEST((co_await watcher.subscribe(std::move(channels))).has_value());
        const std::string event = R"({"job":"job-1","status":"success"})";
        BOOST_TEST(server.command({"PUBLISH", "f{runid}:rq", event}) == "0"); // the old way: nobody hears

        StatusMessenger messenger(one.runs, "r1", "job-1");
        co_await messenger.life_cycle("success");
        const auto heard = co_await watcher.next();
        BOOST_TEST(heard->channel == "r1:rq");
        BOOST_TEST(heard->payload == event);
    };
    tests::run_with(context, watch(), one.runs, watcher);
}

BOOST_AUTO_TEST_CASE(a_client_that_was_made_while_redis_was_loading_stayed_dead) {
    bool is_loading = true;
    redis::ScriptedServer redis_server(context.get_executor(), [&](int, const std::string& command) {
        if (command == "PING" && is_loading)
            return std::string("-LOADING Redis is loading the dataset in memory\r\n");
        return command == "GET" ? "+loaded\r\n" : redis::ScriptedServer::healthy(command);
    });
    redis::Settings settings;
    settings.host = "127.0.0.1";
    settings.port = redis_server.port();
    auto once_and_never_again = settings;
    once_and_never_again.backoff_first = once_and_never_again.backoff_limit = 10'000h;
    redis::Connection old_way(context.get_executor(), once_and_never_again, {});
    redis::Connection ours(context.get_executor(), settings, {});
    const auto both = [&]() -> awaitable<void> {
        const auto met_a_loading_server = [](const Result<>& ready) {
            return ready.has_error() && ready.error().message.find("LOADING") != std::string::npos;
        };
        while (!met_a_loading_server(co_await old_way.ready(1ms)))
            co_await pause(1ms);
        is_loading = false;
        redis::Command get("GET", "key");
        const auto reply = co_await ours.call(std::move(get));
        BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
        BOOST_TEST(reply->text() == "loaded");
        BOOST_TEST(met_a_loading_server(co_await old_way.ready(1ms)));
    };
    tests::run_with(context, both(), redis_server, old_way, ours);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
