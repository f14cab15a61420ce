#include "worker/process/success.hpp"

#include "tests/worker/process/child_support.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const SuccessText watershed{.marker = "WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY",
    .forbidden_endings = {"WITH NOTES, CAUTIONS, OR WARNINGS"}};

} // namespace

BOOST_AUTO_TEST_SUITE(success)

BOOST_AUTO_TEST_CASE(only_the_exact_text_without_a_forbidden_ending_is_success) {
    struct Case {
        std::string log;
        std::vector<std::string> last_lines;
        std::string found; ///< empty: success
    };
    const Case cases[] = {
        {"hello\n  WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY   \n", {}, ""},
        {"WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY", {}, ""},
        {"cut off", {"WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY"}, ""},
        {"WEPP COMPLETED HILLSLOPE/WATERSHED SIMULATION SUCCESSFULLY\n", {}, ", but it is not there"},
        {"wepp completed watershed simulation successfully\n", {}, ", but it is not there"},
        {"", {}, ", but it is not there; the log is empty"},
        {"WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY WITH NOTES, CAUTIONS, OR WARNINGS \r\n", {},
            " alone, but found the line \"WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY WITH NOTES, "
            "CAUTIONS, OR "
            "WARNINGS\""},
        {"WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY\nWITH NOTES, CAUTIONS, OR WARNINGS\n", {},
            " alone, but found the line \"WITH NOTES, CAUTIONS, OR WARNINGS\""},
        {"cut off", {"***ERROR***", "File does not exist"},
            ", but it is not there; the log ends with:\n    ***ERROR***\n    File does not exist"},
    };
    const Folder folder;
    for (const Case& expected : cases) {
        write(folder / "log", expected.log);
        const auto checked = check_success_text(folder / "log", expected.last_lines, watershed);
        BOOST_TEST_CONTEXT(expected.log) {
            BOOST_TEST(checked.has_value() == expected.found.empty());
            if (checked.has_error())
                BOOST_TEST(checked.error().message.starts_with(
                               (folder / "log").string() +
                               ": expected the text \"WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY\"" +
                               expected.found),
                    checked.error().message);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_log_that_is_not_there_is_an_error) {
    const Folder folder;
    BOOST_TEST(check_success_text(folder / "log", {}, watershed).error().message ==
               "cannot read the log " + (folder / "log").string() + ": No such file or directory");
}

BOOST_AUTO_TEST_CASE(the_last_ten_lines_are_quoted) {
    std::vector<std::string> lines;
    for (int i = 1; i <= 12; ++i)
        lines.push_back("line " + std::to_string(i));
    const std::string quoted = quote_last_lines(lines);
    BOOST_TEST(quoted.starts_with("; the log ends with:\n    line 3\n"));
    BOOST_TEST(quoted.ends_with("\n    line 12"));
}

BOOST_AUTO_TEST_CASE(outputs_must_be_there_whole_and_new) {
    const Folder folder;
    const auto started = file_system_time(folder.path()).value();
    write(folder / "good", "x");
    write(folder / "empty", "");
    write(folder / "old", "x");
    fs::last_write_time(folder / "old", started - 1s);
    fs::create_directory(folder / "folder");

    const fs::path good[] = {folder / "good"};
    check_outputs(good, started).value();
    for (const auto& [name, what] : {std::pair{"absent", "is missing"}, {"empty", "is empty"},
             {"old", "is older than the start of the program that should write it"},
             {"folder", "is not a file"}}) {
        const fs::path outputs[] = {folder / "good", folder / name};
        BOOST_TEST(check_outputs(outputs, started).error().message ==
                   "expected output " + (folder / name).string() + " " + what);
    }
}

BOOST_AUTO_TEST_CASE(the_time_of_a_file_system_leaves_no_file_and_needs_a_folder) {
    const Folder folder;
    file_system_time(folder.path()).value();
    BOOST_TEST(fs::is_empty(folder.path()));
    BOOST_TEST((file_system_time(folder / "nowhere").error().code == Errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::test
