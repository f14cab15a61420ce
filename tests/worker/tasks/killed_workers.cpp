#include "tests/worker/tasks/watershed_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
namespace fs = std::filesystem;

struct KilledWorkersFixture : WatershedFixture {
    fs::path began = folder.path() / "began";
    fs::path go = folder.path() / "go";

    /// The built-in abstraction program; its step `step` leaves half a file and waits for `go` first.
    std::string waits_in(const std::string& step) {
        return make_program("waits-in-" + step,
            fmt::format("if [ $1 = {0} ]; then\n  echo half > half\n  echo x >> {1}\n"
                        "  while [ ! -e {2} ]; do sleep 0.02; done\nfi\nexec {3}/freshet-watershed \"$@\"\n",
                step, began.string(), go.string(), FRESHET_BIN_DIR))
            .string();
    }
    void wait_for_starts(const std::string& starts) const {
        eventually("the program has started", [&] { return fs::exists(began) && text_of(began) == starts; });
    }
    static std::vector<std::string> scratch_in(const fs::path& parent) {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(parent))
            if (const auto name = entry.path().filename().string(); name.starts_with(".scratch-"))
                names.push_back(name);
        return names;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(killed_workers, KilledWorkersFixture)

BOOST_AUTO_TEST_CASE(steps_whose_workers_are_killed_leave_the_files_of_undisturbed_ones) {
    const auto run = make_watershed_run();
    const std::vector<std::pair<std::string, std::string>> steps{
        {"build_channels", "channels"}, {"set_outlet", "outlet"}, {"abstract_watershed", "abstract"}};
    for (const auto& [task, step] : steps)
        build({task});
    const auto channels = files_in(run / "dem/channels"), watershed = files_in(run / "watershed");
    fs::remove_all(run / "dem/channels");
    fs::remove_all(run / "watershed");

    for (const auto& [task, step] : steps) {
        BOOST_TEST_CONTEXT(task) {
            fs::remove(began);
            fs::remove(go);
            const auto program = waits_in(step);
            const auto parent = step == "abstract" ? run : run / "dem";
            const auto doomed = start_worker({"--abstract", program});
            const auto id = enqueue({task, "r1"});
            wait_for_starts("x\n");
            doomed->signal(SIGKILL);
            doomed->wait();
            BOOST_TEST(scratch_in(parent).size() == 1U);

            const auto heir = start_worker({"--abstract", program});
            wait_for_starts("x\nx\n");
            BOOST_TEST(scratch_in(parent).size() == 1U); // its own
            write_text(go, "");
            wait_for_status(id, "finished");
            BOOST_TEST(scratch_in(parent).empty());
        }
    }
    BOOST_TEST((files_in(run / "dem/channels") == channels));
    BOOST_TEST((files_in(run / "watershed") == watershed));
}

BOOST_AUTO_TEST_CASE(scratch_of_the_dead_goes_when_a_task_starts_and_that_of_the_living_stays) {
    const auto run = make_watershed_run();
    const auto worker = start_worker({"--concurrency", "2", "--abstract", waits_in("channels")});
    const auto living = enqueue({"build_channels", "r1"});
    wait_for_starts("x\n");
    const auto in_use = scratch_in(run / "dem");
    fs::create_directories(run / "dem/.scratch-0123456789abcdef.AAAAAA/channels");

    enqueue_regardless("early", "set_outlet");
    wait_for_status("early", "failed");
    BOOST_TEST(contains(error_of("early"), "build_channels comes before set_outlet"));
    BOOST_TEST(scratch_in(run / "dem") == in_use, boost::test_tools::per_element());
    write_text(go, "");
    wait_for_status(living, "finished");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
