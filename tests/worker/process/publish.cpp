#include "worker/process/publish.hpp"

#include "tests/worker/process/child_support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace freshet::worker::test {
namespace {

namespace fs = std::filesystem;

constexpr auto held = [] {
    return true;
};
constexpr auto lost = [] {
    return false;
};

std::vector<std::string> names_in(const Folder& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace

BOOST_AUTO_TEST_SUITE(publish)

BOOST_AUTO_TEST_CASE(published_outputs_replace_the_old_ones_and_the_scratch_folder_is_gone) {
    const Folder folder;
    write(folder / "H1.loss.dat", "old");
    {
        const auto scratch = Scratch::create(folder.path(), "execution-7").value();
        BOOST_TEST(scratch.path().parent_path() == folder.path());
        BOOST_TEST(scratch.path().filename().string().starts_with(".scratch-execution-7."));
        fs::create_directory(scratch.path() / "output");
        write(scratch.path() / "output/loss", "new");
        write(scratch.path() / "pass", "data");
        write(scratch.path() / "not an output", "junk");
        const Scratch::Output outputs[] = {
            {"output/loss", folder / "H1.loss.dat"}, {"pass", folder / "H1.pass.dat"}};
        scratch.publish(outputs, held).value();
    }
    BOOST_TEST(text_of(folder / "H1.loss.dat") == "new");
    BOOST_TEST(text_of(folder / "H1.pass.dat") == "data");
    BOOST_TEST(names_in(folder) == (std::vector<std::string>{"H1.loss.dat", "H1.pass.dat"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_published_when_an_output_is_missing_or_empty_or_the_lease_is_lost) {
    struct Case {
        std::function<void(const fs::path& scratch)> make_second;
        std::function<bool()> lease;
        Errc code;
        std::string message;
    };
    const Case cases[] = {
        {[](auto&) {}, held, Errc::not_found, "second is missing"},
        {[](auto& scratch) { write(scratch / "second", ""); }, held, Errc::not_found, "second is empty"},
        {[](auto& scratch) { fs::create_directory(scratch / "second"); }, held, Errc::not_found,
            "second is not a file"},
        {[](auto& scratch) { write(scratch / "second", "x"); }, lost, Errc::lease_lost,
            "the lease is no longer held"},
    };
    for (const Case& expected : cases) {
        const Folder folder;
        {
            const auto scratch = Scratch::create(folder.path(), "e").value();
            write(scratch.path() / "first", "whole");
            expected.make_second(scratch.path());
            const Scratch::Output outputs[] = {{"first", folder / "first"}, {"second", folder / "second"}};
            const auto published = scratch.publish(outputs, expected.lease);
            BOOST_REQUIRE(published.has_error());
            BOOST_TEST((published.error().code == expected.code));
            BOOST_TEST(published.error().message.ends_with(expected.message), published.error().message);
        }
        BOOST_TEST(names_in(folder).empty());
    }
}

BOOST_AUTO_TEST_CASE(a_program_that_dies_half_way_leaves_the_old_outputs_as_they_were) {
    const Folder folder;
    write(folder / "first", "old");
    {
        const auto scratch = Scratch::create(folder.path(), "e").value();
        ChildSpec spec;
        spec.program = "/bin/sh";
        spec.arguments = {"-c", "echo half > first; kill -9 $$; echo more > second"};
        spec.working_directory = scratch.path();
        spec.log_file = scratch.path() / "log";
        BOOST_TEST(!run(std::move(spec)).value().succeeded());
        const Scratch::Output outputs[] = {{"first", folder / "first"}, {"second", folder / "second"}};
        BOOST_TEST(scratch.publish(outputs, held).has_error());
    }
    BOOST_TEST(text_of(folder / "first") == "old");
    BOOST_TEST(names_in(folder) == std::vector<std::string>{"first"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failed_rename_tells_what_is_already_in_place) {
    const Folder folder;
    const auto scratch = Scratch::create(folder.path(), "e").value();
    write(scratch.path() / "first", "1");
    write(scratch.path() / "second", "2");
    const Scratch::Output outputs[] = {{"first", folder / "first"}, {"second", folder / "nowhere/second"}};
    const auto published = scratch.publish(outputs, held);
    BOOST_REQUIRE(published.has_error());
    BOOST_TEST(
        published.error().message.ends_with(
            "nowhere/second: No such file or directory; already in place: " + (folder / "first").string()),
        published.error().message);
}

BOOST_AUTO_TEST_CASE(a_scratch_folder_needs_a_parent_and_a_decent_id) {
    const Folder folder;
    BOOST_TEST((Scratch::create(folder.path(), "").error().code == Errc::bad_input));
    BOOST_TEST((Scratch::create(folder.path(), "../up").error().code == Errc::bad_input));
    BOOST_TEST((Scratch::create(folder / "nowhere", "e").error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(scratch_folders_of_one_execution_do_not_collide) {
    const Folder folder;
    const auto one = Scratch::create(folder.path(), "e").value();
    const auto two = Scratch::create(folder.path(), "e").value();
    BOOST_TEST(one.path() != two.path());
}

BOOST_AUTO_TEST_CASE(abandoned_scratch_goes_and_that_of_other_executions_stays) {
    const Folder folder;
    for (const auto* name : {".scratch-dead.AAAAAA", ".scratch-dead.BBBBBB", ".scratch-dead.2.CCCCCC",
             ".scratch-dead-2.DDDDDD", ".scratch-alive.EEEEEE", "dead.FFFFFF"})
        fs::create_directories(folder / name / "output");
    BOOST_TEST(executions_with_scratch(folder.path()).value() ==
                   (std::vector<std::string>{"alive", "dead", "dead-2", "dead.2"}),
        boost::test_tools::per_element());
    BOOST_TEST(executions_with_scratch(folder / "nowhere").value().empty());
    const std::string over[] = {"dead", "never seen"};
    BOOST_TEST(remove_abandoned_scratch(folder.path(), over).value() == 2U);
    BOOST_TEST(names_in(folder) == (std::vector<std::string>{".scratch-alive.EEEEEE",
                                       ".scratch-dead-2.DDDDDD", ".scratch-dead.2.CCCCCC", "dead.FFFFFF"}),
        boost::test_tools::per_element());
    BOOST_TEST(remove_abandoned_scratch(folder / "nowhere", over).value() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::test
