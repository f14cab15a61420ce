#include "prep/store/controllers.hpp"
#include "tests/prep/store/failing_files.hpp"
#include "tests/prep/store/store_fixture.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

namespace freshet::prep {
namespace {

using namespace std::chrono_literals;
using tests::awaitable;
using tests::FilesWith;
using tests::set_years;
using tests::years_of;

constexpr LockOptions short_lease{.ttl = 1s, .wait = 30s};

/// A store whose way to Redis can be cut.
struct Fixture : tests::StoreFixture {
    tests::TcpProxy proxy{context.get_executor(), server.socket()};

    redis::Settings through_proxy() const {
        auto settings = server.settings();
        settings.unix_socket.clear();
        settings.host = "127.0.0.1";
        settings.port = proxy.port();
        settings.command_timeout = 300ms;
        return settings;
    }
    Controllers with_files(tests::Store& store, FileOperations& files) {
        return Controllers(
            {.runs = store.runs, .locks = store.locks, .files = store.files, .file_operations = &files});
    }
    /// What a process does that is killed before a step of replacing the file.
    void write_in_a_process_killed_at(const std::string& step) const {
        const auto program = std::string(FRESHET_BIN_DIR) + "/store_race";
        const auto child = fork();
        if (child == 0) {
            execl(program.c_str(), program.c_str(), server.socket().c_str(), folder.path().c_str(), "",
                "doomed", step.c_str(), "0", nullptr);
            _exit(127);
        }
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_TEST(WIFSIGNALED(status), step);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_faults, Fixture)

BOOST_AUTO_TEST_CASE(a_writer_killed_at_any_step_leaves_a_whole_document_and_a_lock_that_expires) {
    for (const auto& step : tests::replace_steps) {
        folder.write("climate.nodb", R"({"years": 30})");
        write_in_a_process_killed_at(step);
        for (const auto& left : std::filesystem::directory_iterator(folder.path()))
            if (left.path() != climate) last_write_time(left, left.last_write_time() - 1h);
        boost::asio::io_context own;
        tests::Store store(own, server.settings());
        const auto check = [&]() -> awaitable<void> {
            const auto seen = years_of(**(co_await store.controllers.load(run, "climate")));
            BOOST_TEST(seen == (step == "sync_directory" ? 31 : 30), step);
            Controllers::WriteOptions options;
            options.lock = short_lease;
            BOOST_TEST(
                (co_await store.controllers.locked(run, "climate", options, set_years(32))).has_value(),
                step);
            BOOST_TEST(years_of(**(co_await store.controllers.load(run, "climate"))) == 32, step);
            BOOST_TEST(folder.file_count() == 1u, step);
        };
        tests::run_with(own, check(), store.runs, store.wakeups);
    }
}

BOOST_AUTO_TEST_CASE(redis_gone_between_rename_and_publication_leaves_the_new_document_readable) {
    auto files = FilesWith("sync_directory", [&] {
        server.pause();
        return 0;
    });
    tests::Store cut(context, through_proxy());
    auto controllers = with_files(cut, files);
    const auto work = [&]() -> awaitable<void> {
        (void)co_await two.controllers.load(run, "climate"); // the old document is in the cache
        const auto written = co_await controllers.locked(run, "climate", {}, set_years(31));
        BOOST_TEST((written.error().code == Errc::unknown_fate));
        server.resume();
        BOOST_TEST(years_of(**(co_await two.controllers.load(run, "climate"))) == 31);
    };
    tests::run_with(context, work(), cut.runs, two.runs, proxy);
}

BOOST_AUTO_TEST_CASE(redis_gone_before_the_lock_means_that_nothing_is_written) {
    tests::Store cut(context, through_proxy());
    const auto work = [&]() -> awaitable<void> {
        (void)co_await cut.runs.ready(30s);
        proxy.hold();
        const auto refused = co_await cut.controllers.locked(run, "climate", {}, set_years(31));
        BOOST_TEST(refused.has_error());
        BOOST_TEST(folder.read("climate.nodb") == R"({"years": 30, "station": "a.par"})");
        proxy.release();
    };
    tests::run_with(context, work(), cut.runs, proxy);
}

BOOST_AUTO_TEST_CASE(a_lease_that_cannot_be_renewed_ends_the_work_before_another_can_begin) {
    tests::Store cut(context, through_proxy());
    bool went_on = false;
    const auto work = [&]() -> awaitable<void> {
        const Controllers::Body body = [&](LockedController& climate) -> awaitable<Result<>> {
            proxy.hold();
            Event never(context.get_executor());
            co_await never.wait();
            const auto dumped = co_await climate.dump();
            went_on = true;
            co_return dumped;
        };
        Controllers::WriteOptions options;
        options.lock = short_lease;
        const auto lost = co_await cut.controllers.locked(run, "climate", options, body);
        BOOST_TEST((lost.error().code == Errc::lease_lost));
        proxy.release();
        BOOST_TEST((co_await two.controllers.locked(run, "climate", options, set_years(31))).has_value());
    };
    tests::run_with(context, work(), cut.runs, two.runs, two.wakeups, proxy);
    BOOST_TEST(!went_on);
}

BOOST_AUTO_TEST_CASE(a_writer_that_slept_past_its_lease_is_refused_at_the_rename) {
    auto files = FilesWith("sync_file", [&] {
        server.command({"DEL", lock_key}); // the machine slept: its lease ran out, and another has written
        auto other = Controller::load(climate).value();
        other.document().set("/years", 77).value();
        other.save().value();
        return 0;
    });
    auto controllers = with_files(one, files);
    play([&]() -> awaitable<void> {
        Controllers::WriteOptions options;
        options.lock = short_lease;
        const auto late = co_await controllers.locked(run, "climate", options, set_years(31));
        BOOST_TEST(late.has_error());
        BOOST_TEST(years_of(**(co_await two.controllers.load(run, "climate"))) == 77);
    }());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
