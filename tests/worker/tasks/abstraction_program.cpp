#include "tests/worker/tasks/watershed_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
namespace fs = std::filesystem;

// The smallest program that keeps the documented command line: one channel with one hillslope.
constexpr const char* stand_in = R"sh(
echo "$@" >> "$CALLS"
case $1 in
channels)
    echo '{"channel_cells": 3}' > "$5/channels.json"
    echo '{}' > "$5/channels.geojson"
    echo grid > "$5/channels.asc"
    echo WATERSHED CHANNELS COMPLETED SUCCESSFULLY ;;
outlet)
    echo '{"x": 1, "y": 2, "drained_area_m2": 300}' > "$3/outlet.json"
    echo WATERSHED OUTLET COMPLETED SUCCESSFULLY ;;
abstract)
    columns=topaz_id,slope_scalar,length,width,aspect,area,elevation,centroid_x,centroid_y
    mkdir -p "$5/slope_files/hillslopes"
    printf '%s\n22,0.1,10,20,90,200,5,1,2\n' $columns > "$5/hillslopes.csv"
    printf '%s\n24,0.1,20,5,90,100,5,1,2\n' $columns > "$5/channels.csv"
    : > "$5/network.txt"
    for file in hillslopes.geojson channels.geojson subwta.asc map.svg slope_files/channels.slp \
        slope_files/hillslopes/hill_22.slp; do echo x > "$5/$file"; done
    echo WATERSHED ABSTRACT COMPLETED SUCCESSFULLY ;;
esac
)sh";

} // namespace

BOOST_FIXTURE_TEST_SUITE(abstraction_program, WatershedFixture)

BOOST_AUTO_TEST_CASE(another_program_is_driven_by_the_documented_command_line) {
    const auto run = make_watershed_run();
    const auto calls = folder.path() / "calls";
    const auto program =
        make_program("stand-in", "[ \"$1\" = --fast ] && shift\nCALLS=" + calls.string() + stand_in);
    const auto worker = start_worker({"--abstract", program.string(), "--abstract-arguments=--fast"});

    for (const char* task : {"build_channels", "set_outlet", "abstract_watershed"}) {
        const auto printed = job(task);
        BOOST_TEST(printed.code == 0, printed.text << worker->output());
        BOOST_TEST(contains(printed.text, R"("program":"stand-in")"), printed.text);
        if (task == std::string("abstract_watershed"))
            BOOST_TEST(contains(printed.text, R"("hillslopes":1,"channels":1,"area_m2":3E2)"), printed.text);
    }
    const std::string expected =
        fmt::format("channels --dem {0}/dem/dem.asc --out channels --csa 40 --mcl 300 --fill\n"
                    "outlet --dir channels --x -7700 --y -7100\n"
                    "abstract --dir channels --out watershed\n",
            run.string());
    BOOST_TEST(text_of(calls) == expected);
}

BOOST_AUTO_TEST_CASE(a_program_that_lies_is_not_believed_and_earlier_results_stand) {
    struct Case {
        std::string task;
        std::string step;
        std::string spoil;
        std::string reason;
    };
    const std::vector<Case> cases{
        {"build_channels", "channels", "rm channels/channels.json", "channels.json is missing"},
        {"build_channels", "channels", "echo '{' > channels/channels.json", "expected a JSON object"},
        {"build_channels", "channels", "echo '{\"channel_cells\":0}' > channels/channels.json",
            "field 'channel_cells': expected a number of at least 1, found 0"},
        {"build_channels", "channels", ": > channels/channels.geojson", "channels.geojson is empty"},
        {"build_channels", "channels", "exit 3", "exited with code 3"},
        {"build_channels", "channels", "kill -SEGV $$", "signal"},
        {"set_outlet", "outlet", "rm channels/outlet.json", "outlet.json is missing"},
        {"set_outlet", "outlet", "echo '{\"x\":1,\"y\":null}' > channels/outlet.json",
            "field 'y': expected a number, found null"},
        {"set_outlet", "outlet", "echo '{\"x\":1,\"y\":NaN}' > channels/outlet.json", "outlet.json"},
        {"abstract_watershed", "abstract", "rm watershed/channels.csv", "channels.csv is missing"},
        {"abstract_watershed", "abstract", "sed -i '1q' watershed/hillslopes.csv",
            "expected at least one line below the heading"},
        {"abstract_watershed", "abstract", "sed -i '3s/,[^,]*/,nan/' watershed/hillslopes.csv",
            "hillslopes.csv line 3: expected column 'slope_scalar': a finite number, found 'nan'"},
        {"abstract_watershed", "abstract", "rm watershed/slope_files/hillslopes/hill_22.slp",
            "hill_22.slp is missing"},
        {"abstract_watershed", "abstract", "rm -r watershed", "cannot read the log"},
        {"abstract_watershed", "abstract", "exit 2", "exited with code 2"},
    };
    const auto run = make_watershed_run();
    build({"build_channels", "set_outlet", "abstract_watershed"});
    const auto earlier = files_in(run);

    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.task << ": " << one.spoil) {
            const auto program = make_spoiler(one.step, one.spoil);
            const auto worker = start_worker({"--abstract", program.string()});
            const auto printed = job(one.task);
            BOOST_TEST(printed.code == 1);
            BOOST_TEST(contains(printed.text, one.reason), printed.text);
            auto now = files_in(run);
            now["redisprep.dump"] = earlier.at("redisprep.dump");
            BOOST_TEST((now == earlier));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_program_that_does_its_work_but_never_says_so_is_not_believed) {
    const auto run = make_watershed_run();
    const auto program =
        make_program("silent", fmt::format("{}/freshet-watershed \"$@\" > /dev/null\n", FRESHET_BIN_DIR));
    const auto worker = start_worker({"--abstract", program.string()});
    const auto printed = job("build_channels");
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "expected the text \"WATERSHED CHANNELS COMPLETED SUCCESSFULLY\""),
        printed.text);
    BOOST_TEST(!fs::exists(run / "dem/channels"));
}

BOOST_AUTO_TEST_CASE(a_controller_that_was_changed_meanwhile_is_not_overwritten) {
    const auto run = make_watershed_run();
    const std::string changed = R"({"csa":5})";
    const auto program =
        make_spoiler("channels", fmt::format("echo '{}' > {}", changed, (run / "watershed.nodb").string()));
    const auto worker = start_worker({"--abstract", program.string()});
    const auto printed = job("build_channels");
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "superseded: field '/csa' of watershed.nodb was 40"), printed.text);
    BOOST_TEST(text_of(run / "watershed.nodb") == changed + "\n");
    BOOST_TEST(!fs::exists(run / "dem/channels"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
