#include "tests/worker/tasks/watershed_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
namespace fs = std::filesystem;

constexpr const char* folder_lock = "nodb-lock:r1:runtime-paths/watershed";
constexpr const char* controller_lock = "nodb-lock:r1:watershed.nodb";
// As the Python side writes it.
constexpr const char* held_by_python =
    R"({"acquired_at":1760000000,"expires_at":9760000000,"owner":"wepp1:4711","purpose":"build-channels-rq",)"
    R"("root":"watershed","rq_execution_id":"e","rq_job_id":"j","runid":"r1","scope":"run",)"
    R"("scope_token":"aa","token":"aa","ttl_seconds":21600})";

struct UpdateFixture : WatershedFixture {
    /// The abstraction program, which waits in `step` until open_gate().
    fs::path make_waiting_program(const std::string& step) {
        return make_program("waiting", fmt::format("if [ \"$1\" = {0} ]; then touch {1}/waits\n"
                                                   "while [ ! -e {1}/gate ]; do sleep 0.01; done; fi\n"
                                                   "exec {2}/freshet-watershed \"$@\"\n",
                                           step, folder.path().string(), FRESHET_BIN_DIR));
    }
    void wait_for_program() {
        eventually("the program runs", [&] { return fs::exists(folder.path() / "waits"); });
    }
    void open_gate() { write_text(folder.path() / "gate", ""); }

    void python_takes_the_controller() {
        server.command({"CONFIG", "SET", "notify-keyspace-events", "Kh"});
        runs_db({"SET", controller_lock, "an old token of Python's"});
        runs_db({"HSET", "r1", "locked:watershed.nodb", "true"});
    }
    void python_frees_the_controller() {
        runs_db({"DEL", controller_lock});
        runs_db({"HSET", "r1", "locked:watershed.nodb", "false"});
    }
    void wait_until_a_job_waits_with_its_folder_locked() {
        eventually("a job waits for the controller", [&] {
            return runs_db({"LLEN", fmt::format("freshet:lock-queue:{}", controller_lock)}) == "1";
        });
        BOOST_TEST(runs_db({"EXISTS", folder_lock}) == "1");
    }

    bool no_lock_is_held() { return runs_db({"EXISTS", folder_lock, controller_lock}) == "0"; }
    boost::json::object controller(const fs::path& run) {
        return boost::json::parse(text_of(run / "watershed.nodb")).as_object();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(run_update, UpdateFixture)

BOOST_AUTO_TEST_CASE(an_outlet_on_channels_that_were_rebuilt_meanwhile_is_superseded) {
    const auto run = make_watershed_run();
    build({"build_channels"});
    const auto program = make_waiting_program("outlet");
    const auto worker = start_worker({"--abstract", program.string()});
    const std::string outlet = enqueue({"set_outlet", "r1"});
    wait_for_program();
    BOOST_TEST(no_lock_is_held());
    enqueue_regardless("rebuild", "build_channels");
    wait_for_status("rebuild", "finished");
    const auto channels = files_in(run / "dem/channels");
    const auto rebuilt = controller(run);

    open_gate();
    wait_for_status(outlet, "failed");
    BOOST_TEST(contains(error_of(outlet), "superseded: field '/channel_network'"), error_of(outlet));
    BOOST_TEST((files_in(run / "dem/channels") == channels));
    BOOST_TEST(controller(run) == rebuilt);
    BOOST_TEST(no_lock_is_held());
}

BOOST_AUTO_TEST_CASE(two_jobs_that_rebuild_one_folder_at_once_leave_the_result_of_one_as_a_whole) {
    const auto run = make_watershed_run();
    const auto worker = start_worker();
    enqueue_as_python("one", "build_channels");
    enqueue_regardless("other", "build_channels");
    for (const char* id : {"one", "other"})
        wait_for_status(id, "finished");
    const auto network = controller(run).at("channel_network").as_object();
    BOOST_TEST(network.at("cells").as_int64() == 1384);
    BOOST_TEST(!fs::exists(run / "dem/.channels.earlier"));
    BOOST_TEST(runs_db({"HGET", "r1", "locked:watershed.nodb"}) == "false");
}

BOOST_AUTO_TEST_CASE(a_folder_that_python_holds_is_not_touched_and_the_error_names_the_owner) {
    const auto run = make_watershed_run();
    build({"build_channels"});
    const auto before = files_in(run / "dem");
    runs_db({"SET", folder_lock, held_by_python});
    const auto worker = start_worker({"--lock-wait", "100ms"});
    for (const char* task : {"build_channels", "set_outlet"}) {
        const auto printed = job(task);
        BOOST_TEST(printed.code == 1);
        BOOST_TEST(
            contains(printed.text, "runtime-paths/watershed is locked by wepp1:4711 for build-channels-rq"),
            printed.text);
        BOOST_TEST((files_in(run / "dem") == before));
        BOOST_TEST(runs_db({"GET", folder_lock}) == held_by_python);
    }
    runs_db({"DEL", folder_lock});
    BOOST_TEST(job("build_channels").code == 0);
}

BOOST_AUTO_TEST_CASE(a_job_waits_for_the_controller_that_another_holds) {
    const auto run = make_watershed_run();
    python_takes_the_controller();
    const auto worker = start_worker();
    const auto waiting = enqueue({"build_channels", "r1"});
    wait_until_a_job_waits_with_its_folder_locked();
    BOOST_TEST(contains(runs_db({"GET", folder_lock}), R"("purpose":"build-channels-rq")"));
    BOOST_TEST(!fs::exists(run / "dem/channels"));
    python_frees_the_controller();
    wait_for_status(waiting, "finished");
    BOOST_TEST(no_lock_is_held());
}

BOOST_AUTO_TEST_CASE(the_lock_of_a_killed_worker_is_freed_when_its_job_is_taken_back) {
    make_watershed_run();
    python_takes_the_controller();
    const auto killed = start_worker();
    const auto building = enqueue({"build_channels", "r1"});
    wait_until_a_job_waits_with_its_folder_locked();
    killed->signal(SIGKILL);
    killed->wait();
    runs_db({"PERSIST", folder_lock}); // its time to live will not free it
    python_frees_the_controller();

    const auto worker = start_worker();
    wait_for_status(building, "finished");
    BOOST_TEST(contains(worker->output(), "1 locks of its lost execution are freed"), worker->output());
    BOOST_TEST(no_lock_is_held());
}

BOOST_AUTO_TEST_CASE(what_else_is_changed_during_a_build_is_kept) {
    const auto run = make_watershed_run();
    const auto program = make_waiting_program("channels");
    const auto worker = start_worker({"--abstract", program.string()});
    const auto building = enqueue({"build_channels", "r1"});
    wait_for_program();
    write_text(run / "watershed.nodb", R"({"csa":40,"mcl":300,"note":"of the user","outlet":{"x":1,"y":2}})");
    open_gate();
    wait_for_status(building, "finished");
    BOOST_TEST(controller(run).at("note").as_string() == "of the user");
    BOOST_TEST(controller(run).at("outlet").at("x").as_int64() == 1);
    BOOST_TEST(controller(run).at("channel_network").at("cells").as_int64() == 1384);
}

BOOST_AUTO_TEST_CASE(a_run_that_is_readonly_is_left_alone) {
    const auto run = make_watershed_run();
    write_text(run / "READONLY", "");
    const auto worker = start_worker();
    const auto printed = job("build_channels");
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "the run is READONLY"), printed.text);
    BOOST_TEST(!fs::exists(run / "dem/channels"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
