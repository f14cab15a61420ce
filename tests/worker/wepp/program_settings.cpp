#include "tests/worker/wepp/wepp_fixture.hpp"
#include "worker/wepp/answers.hpp"

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
using namespace freshet::tests;

/// A run that all programs can be tried on.
struct ProgramSettingsFixture : WeppFixture {
    fs::path make_whole_run() {
        const auto run = make_wepp_run("r1");
        fs::create_directories(run / "dem");
        fs::copy_file(fs::path(FRESHET_SOURCE_DIR) / "worker/samples/jacksboro.asc", run / "dem/dem.asc");
        write_text(run / "watershed.nodb", R"({"csa":40,"mcl":300})");
        return run;
    }
    std::string write_template(const std::string& name, const std::string& text) {
        write_text(folder.path() / name, text);
        return (folder.path() / name).string();
    }
    /// The text of the error with which the run's task, or the tree below it, fails.
    std::string failure_of(const std::string& task) {
        const auto id = enqueue({task, "r1"});
        const auto failed = [&] {
            return task == "run_wepp" ? queue_db({"GET", "freshet:tree:" + id + ":failed"}) : id;
        };
        eventually("the job has failed", [&] { return status_of(failed()) == "failed"; });
        return error_of(failed());
    }
};

struct KnownProgram {
    std::string option;
    std::string task;
};
const std::vector<KnownProgram> programs{{"cligen", "build_climate"}, {"abstract", "build_channels"},
    {"wepp", "run_wepp"}, {"wepp-watershed", "run_wepp"}};

} // namespace

BOOST_FIXTURE_TEST_SUITE(program_settings, ProgramSettingsFixture)

BOOST_AUTO_TEST_CASE(each_program_has_its_path_arguments_and_limits) {
    make_whole_run();
    const auto program =
        make_program("tell", "echo \"got $1 $2, $(ulimit -t) s, $(ulimit -v) KiB\"\nexit 3\n");
    for (const auto& [option, task] : programs) {
        BOOST_TEST_CONTEXT(option) {
            const auto worker =
                start_worker({"--" + option, program.string(), "--" + option + "-arguments=--first second",
                    "--" + option + "-cpu", "7", "--" + option + "-memory", "64"});
            const auto error = failure_of(task);
            BOOST_TEST(contains(error, "tell exited with code 3"), error);
            BOOST_TEST(contains(error, "got --first second, 7 s, 65536 KiB"), error);
        }
    }
}

BOOST_AUTO_TEST_CASE(each_program_has_a_time_limit) {
    make_whole_run();
    const auto program = make_program("hangs", "sleep 1000\n");
    for (const auto& [option, task] : programs) {
        if (option == "wepp") continue; // tried again: run_wepp.cpp
        BOOST_TEST_CONTEXT(option) {
            const auto worker =
                start_worker({"--" + option, program.string(), "--" + option + "-limit", "1"});
            const auto error = failure_of(task);
            BOOST_TEST(contains(error, "hangs was ended after its time limit of 1.00 s"), error);
        }
    }
}

BOOST_AUTO_TEST_CASE(programs_that_ask_otherwise_are_answered_from_templates) {
    const auto run = make_whole_run();
    std::string hillslope(wepp::hillslope_template()), watershed(wepp::watershed_template());
    hillslope.insert(0, "# of our own\n");
    const std::string no_soil_or_plot = "chnwb.txt\nNo\nNo\nNo\nNo\n";
    const auto at = watershed.find(no_soil_or_plot);
    BOOST_REQUIRE(at != std::string::npos);
    watershed.replace(at, no_soil_or_plot.size(),
        "chnwb.txt\nNo\nYes\n../output/soil_pw0.txt\nYes\n../output/plot_pw0.txt\nNo\n");
    const auto worker = start_worker({"--wepp-answers", write_template("hillslope", hillslope),
        "--wepp-watershed-answers", write_template("watershed", watershed)});
    wait_for_end(start_wepp("r1"));
    BOOST_TEST(text_of(run / "wepp/runs/p2.run").starts_with("# of our own\nm\nYes\n"));
    for (const auto* name : {"soil_pw0.txt", "plot_pw0.txt"})
        BOOST_TEST(contains(text_of(run / "wepp/output" / name), "is not simulated"), name);
}

BOOST_AUTO_TEST_CASE(templates_and_settings_that_cannot_be_used_are_named) {
    make_whole_run();
    for (const auto& [options, reason] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"--wepp-answers", "/nowhere/template"},
                 "--wepp-answers: expected a file, found '/nowhere/template'"},
             {{"--cligen-answers", "x"}, "cligen-answers"}, {{"--abstract-memory=-1"}, "abstract-memory"},
             {{"--wepp-limit", "soon"}, "wepp-limit"}}) {
        const auto refused = start_worker(options);
        BOOST_TEST(refused->wait() == 2, refused->output());
        BOOST_TEST(contains(refused->output(), reason), refused->output());
    }
    const auto worker = start_worker({"--wepp-answers", write_template("odd", "m\n{altitude}\n")});
    const auto error = failure_of("run_wepp");
    BOOST_TEST(contains(error, "odd: unknown placeholder '{altitude}'"), error);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
