#include "prep/files/atomic_file.hpp"

#include "tests/prep/store/failing_files.hpp"
#include "tests/prep/store/run_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <atomic>
#include <thread>

namespace freshet::prep {
namespace {

using tests::FilesWith;

struct Fixture {
    tests::RunFolder run;
    std::filesystem::path path = run.write("x.nodb", "old");
};

ReplaceOptions with(FileOperations& files) {
    ReplaceOptions options;
    options.files = &files;
    return options;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(atomic_file, Fixture)

BOOST_AUTO_TEST_CASE(an_error_before_the_rename_leaves_the_old_file_and_no_other) {
    for (const auto* step : {"create", "write", "sync_file", "rename"}) {
        auto files = FilesWith::failing(step, EIO);
        const auto replaced = replace_file(path, "new", with(files));
        BOOST_TEST((replaced.error().code == Errc::unavailable), step);
        BOOST_TEST(run.read("x.nodb") == "old", step);
        BOOST_TEST(run.file_count() == 1u, step);
    }
}

BOOST_AUTO_TEST_CASE(a_directory_that_fails_to_sync_is_reported_beside_the_new_file) {
    auto files = FilesWith::failing("sync_directory", EIO);
    const auto replaced = replace_file(path, "new", with(files));
    BOOST_TEST(replaced->not_durable.has_value());
    BOOST_TEST(run.read("x.nodb") == "new");
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_synced_at_all_is_no_error) {
    auto files = FilesWith::failing("sync_directory", EINVAL);
    BOOST_TEST(!replace_file(path, "new", with(files))->not_durable.has_value());
}

BOOST_AUTO_TEST_CASE(a_process_killed_at_any_step_leaves_a_whole_file) {
    for (const auto& step : tests::replace_steps) {
        run.write("x.nodb", "old");
        const auto child = fork();
        if (child == 0) {
            auto files = FilesWith::killed_at(step);
            (void)replace_file(path, "new", with(files));
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_TEST(WIFSIGNALED(status), step);
        BOOST_TEST(run.read("x.nodb") == (step == "sync_directory" ? "new" : "old"), step);
    }
}

BOOST_AUTO_TEST_CASE(a_rewrite_of_equal_size_within_a_tick_has_a_later_time) {
    auto last = signature_of(path).value();
    for (int i = 0; i < 100; ++i) {
        ReplaceOptions options;
        options.newer_than = last;
        const auto replaced = replace_file(path, i % 2 ? "odd!" : "even", options).value();
        BOOST_TEST(replaced.signature.mtime() > last.mtime());
        BOOST_TEST((signature_of(path).value() == replaced.signature));
        last = replaced.signature;
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumped_back_still_gives_a_later_time) {
    ReplaceOptions options;
    options.newer_than = FileSignature{.seconds = 4'000'000'000, .nanoseconds = 999'999'900, .size = 3};
    const auto replaced = replace_file(path, "new", options).value();
    BOOST_TEST(replaced.signature.mtime() > options.newer_than->mtime());
}

BOOST_AUTO_TEST_CASE(a_veto_before_the_rename_keeps_the_old_file) {
    ReplaceOptions options;
    options.still_allowed = [] {
        return Result<>(Error{Errc::lease_lost, "gone"});
    };
    BOOST_TEST((replace_file(path, "new", options).error().code == Errc::lease_lost));
    BOOST_TEST(run.read("x.nodb") == "old");
    BOOST_TEST(run.file_count() == 1u);
}

BOOST_AUTO_TEST_CASE(readers_see_whole_files_while_it_is_replaced) {
    const std::string texts[]{std::string(100'000, 'a'), std::string(200'000, 'b')};
    (void)replace_file(path, texts[0]).value();
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (int i = 0; i < 200; ++i)
            (void)replace_file(path, texts[i % 2]);
        done = true;
    });
    while (!done) {
        const auto seen = read_snapshot(path).value();
        if (seen.text != texts[0] && seen.text != texts[1]) BOOST_ERROR("half a file");
        if (seen.signature.size != seen.text.size()) BOOST_ERROR("signature of another file");
    }
    writer.join();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
