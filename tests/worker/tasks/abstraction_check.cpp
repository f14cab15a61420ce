#include "worker/tasks/abstraction_check.hpp"

#include "tests/worker/tasks/watershed_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
namespace fs = std::filesystem;

const std::string heading = "topaz_id,slope_scalar,length,width,aspect,area,elevation,centroid_x,centroid_y";

std::string table(const std::vector<std::string>& ids) {
    std::string text = heading + ",note\n";
    for (const std::string& id : ids)
        text += id + ",0.1,10,20,90,200,-5,-1e3,2,x\n";
    return text;
}

// Channel 24 below 34 and 44, and some of their hillslopes.
struct Abstraction {
    Abstraction() {
        fs::create_directories(folder() / "slope_files/hillslopes");
        write("hillslopes.csv", table({"22", "31", "43"}));
        write("channels.csv", table({"24", "34", "44"}));
        write("network.txt", "24|34,44\n");
        write("slope_files/channels.slp", "x");
        for (const char* id : {"22", "31", "43"})
            write(fmt::format("slope_files/hillslopes/hill_{}.slp", id), "x");
    }
    const fs::path& folder() const { return top.path(); }
    void write(const std::string& name, const std::string& text) const { write_text(folder() / name, text); }
    TemporaryFolder top;
};

} // namespace

BOOST_AUTO_TEST_SUITE(abstraction_check)

BOOST_FIXTURE_TEST_CASE(a_whole_abstraction_is_counted, Abstraction) {
    const auto summary = check_abstraction(folder()).value();
    BOOST_TEST(summary.hillslopes == 3);
    BOOST_TEST(summary.channels == 3);
    BOOST_TEST(summary.area_m2 == 1200);
}

BOOST_FIXTURE_TEST_CASE(one_channel_needs_no_network, Abstraction) {
    write("hillslopes.csv", table({"22"}));
    write("channels.csv", table({"24"}));
    write("network.txt", "");
    BOOST_TEST(check_abstraction(folder()).value().channels == 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_worked_with_is_named) {
    struct Case {
        std::string file;
        std::string text;
        std::string reason;
    };
    const auto row = [](const std::string& cells) {
        return heading + "\n" + cells + "\n";
    };
    const std::vector<Case> cases{
        {"hillslopes.csv", "", "expected a heading"},
        {"hillslopes.csv", "topaz_id,length\n22,1\n", "expected a column 'slope_scalar'"},
        {"hillslopes.csv", heading + "\n", "at least one line"},
        {"hillslopes.csv", row("22,0.1,10,20,90,200,5,1"), "line 2: expected 9 fields"},
        {"hillslopes.csv", row("22,0.1,10,20,90,200,5,1,inf"), "column 'centroid_y': a finite number"},
        {"hillslopes.csv", row("22,0.1,10,20,90,-200,5,1,2"), "column 'area': a finite number above 0"},
        {"hillslopes.csv", row("22,0.1,,20,90,200,5,1,2"), "column 'length'"},
        {"hillslopes.csv", row("22,0.1m,10,20,90,200,5,1,2"), "column 'slope_scalar'"},
        {"hillslopes.csv", row("24,0.1,10,20,90,200,5,1,2"), "ends in one of 123"},
        {"hillslopes.csv", row(",0.1,10,20,90,200,5,1,2"), "column 'topaz_id'"},
        {"hillslopes.csv", table({"22", "22"}), "line 3: expected each topaz_id once"},
        {"hillslopes.csv", table({"22", "51"}), "expected channel 54 of hillslope 51"},
        {"channels.csv", table({"24", "33"}), "line 3: expected column 'topaz_id'"},
        {"network.txt", "24 34\n", "line 1: expected 'channel|channel above,channel above'"},
        {"network.txt", "24|34,54\n", "the number of a channel of channels.csv, found '54'"},
        {"network.txt", "24|34\n", "expected all 3 channels to drain to one, found 2"},
        {"network.txt", "24|34,44\n44|34\n", "line 2: expected each channel above one other only"},
        {"network.txt", "34|44\n44|34\n", "expected all 3 channels to drain to one, found 1"},
        {"network.txt", "24|34\n34|44\n44|24\n", "expected all 3 channels to drain to one, found 0"},
        {"slope_files/channels.slp", "", "channels.slp is missing or empty"},
        {"slope_files/hillslopes/hill_31.slp", "", "hill_31.slp is missing or empty"},
    };
    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.file << ": " << one.text) {
            const Abstraction abstraction;
            abstraction.write(one.file, one.text);
            const auto checked = check_abstraction(abstraction.folder());
            BOOST_REQUIRE(checked.has_error());
            BOOST_TEST(contains(checked.error().message, one.reason), checked.error().message);
            BOOST_TEST(contains(checked.error().message, abstraction.folder().string()));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_table_that_is_missing_is_named, Abstraction) {
    fs::remove(folder() / "network.txt");
    BOOST_TEST(contains(check_abstraction(folder()).error().message, "network.txt: cannot be read"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
