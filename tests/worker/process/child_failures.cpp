// Children that do not start, and supervisors that get lost.
#include "tests/worker/process/child_support.hpp"
#include "worker/process/child.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <functional>

namespace freshet::worker::test {

BOOST_AUTO_TEST_SUITE(child_failures)

BOOST_AUTO_TEST_CASE(a_child_that_cannot_start_is_an_error_that_names_the_path_and_the_reason) {
    const Folder folder;
    const std::string here = folder.path().string();
    write(folder / "not-executable", "#!/bin/sh\n");
    write(folder / "no-interpreter", "#!/nowhere/sh\n");
    write(folder / "garbage", "this is no program");
    ::chmod((folder / "no-interpreter").c_str(), 0755);
    ::chmod((folder / "garbage").c_str(), 0755);
    ::mkfifo((folder / "fifo").c_str(), 0644);

    struct Case {
        std::function<void(ChildSpec&)> spoil;
        Errc code;
        std::string message;
    };
    const Case cases[] = {
        {[&](auto& spec) { spec.program = folder / "missing"; }, Errc::not_found,
            "cannot start " + here + "/missing: No such file or directory"},
        {[&](auto& spec) { spec.program = folder / "not-executable"; }, Errc::refused,
            "cannot start " + here + "/not-executable: Permission denied"},
        {[&](auto& spec) { spec.program = folder / "no-interpreter"; }, Errc::not_found,
            "cannot start " + here +
                "/no-interpreter: the interpreter or loader that the file asks for does not exist"},
        {[&](auto& spec) { spec.program = folder / "garbage"; }, Errc::refused,
            "cannot start " + here + "/garbage: Exec format error"},
        {[&](auto& spec) { spec.program = ""; }, Errc::bad_input,
            "cannot start a child: program and working directory must be given"},
        {[&](auto& spec) { spec.working_directory = folder / "nowhere"; }, Errc::not_found,
            "cannot start " FRESHET_BIN_DIR "/badly_behaved in the working directory " + here +
                "/nowhere: No such file or directory"},
        {[&](auto& spec) { spec.standard_input = folder / "answers"; }, Errc::not_found,
            "cannot open standard input " + here + "/answers: No such file or directory"},
        {[&](auto& spec) { spec.standard_input = folder / "fifo"; }, Errc::bad_input,
            "cannot open standard input " + here + "/fifo: not a regular file"},
        {[&](auto& spec) { spec.log_file = folder / "no/log"; }, Errc::not_found,
            "cannot create the log file " + here + "/no/log: No such file or directory"},
        {[&](auto& spec) { spec.error_log_file = folder / "no/log"; }, Errc::not_found,
            "cannot create the log file " + here + "/no/log: No such file or directory"},
        {[&](auto& spec) { spec.supervisor = folder / "missing"; }, Errc::not_found,
            "cannot start the supervisor " + here + "/missing: No such file or directory"},
    };
    for (const Case& expected : cases) {
        auto spec = badly_behaved(folder, {"exit", "0"});
        expected.spoil(spec);
        const auto outcome = run(std::move(spec));
        BOOST_TEST_CONTEXT(expected.message) {
            BOOST_REQUIRE(outcome.has_error());
            BOOST_TEST(outcome.error().message == expected.message);
            BOOST_TEST((outcome.error().code == expected.code));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_supervisor_of_another_kind_is_an_error_not_a_hang) {
    const Folder folder;
    auto spec = badly_behaved(folder, {"exit", "0"});
    spec.supervisor = "/bin/false";
    const auto outcome = run(std::move(spec));
    BOOST_REQUIRE(outcome.has_error());
    BOOST_TEST(outcome.error().message.find("exited with code 1 without a report") != std::string::npos,
        outcome.error().message);
}

BOOST_AUTO_TEST_CASE(a_program_does_not_outlive_its_killed_supervisor) {
    const Folder folder;
    const auto outcome = run(badly_behaved(folder, {"kill-supervisor", (folder / "pids").string()}));
    BOOST_REQUIRE(outcome.has_error());
    BOOST_TEST(outcome.error().message.find("was killed by signal 9 without a report") != std::string::npos,
        outcome.error().message);
    const pid_t program = pids_in(folder / "pids").at(0);
    BOOST_TEST(comes_true([&] { return !is_alive(program); }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::test
