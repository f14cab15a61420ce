#include "prep/redis/subscriber.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <csignal>
#include <set>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

// A program that answers as CLIGEN does and then does `instead`.
std::string pretending(const std::string& instead) {
    return instead + "\necho ' STOP Normal program termination' >&2\n";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(build_climate, WorkerFixture)

BOOST_AUTO_TEST_CASE(a_job_writes_the_climate_and_says_so_everywhere_at_once) {
    const auto run = make_run("r1");
    cache_db({"SET", "nodb_cache:r1:climate", "old"});
    cache_db({"SET", "nodb_cache:r1:wepp", "old"});
    cache_db({"SET", "nodb_cache:r1:soils", "fresh"});
    const auto worker = start_worker();

    const auto printed = freshet({"enqueue", "build_climate", "r1", "--wait"});

    BOOST_TEST(printed.code == 0, printed.text << worker->output());
    BOOST_TEST(contains(printed.text, R"("cli":"climate/seattle.cli")"), printed.text);
    BOOST_TEST(contains(text_of(run / "climate/seattle.cli"), "\n 31 12  2002 "));
    BOOST_TEST(contains(text_of(run / "climate.nodb"), R"("cli": "climate/seattle.cli")"));
    BOOST_TEST(contains(text_of(run / "climate.nodb"), R"("py/object":"wepppy.nodb.Climate")"));
    BOOST_TEST(std::stoll(runs_db({"HGET", "r1", "timestamps:build_climate"})) > 1'700'000'000);
    BOOST_TEST(cache_db({"EXISTS", "nodb_cache:r1:climate", "nodb_cache:r1:wepp"}) == "0");
    BOOST_TEST(cache_db({"GET", "nodb_cache:r1:soils"}) == "fresh");
    BOOST_TEST(cache_db({"HEXISTS", "freshet:generations:r1", "climate"}) == "1");
    BOOST_TEST(cache_db({"HEXISTS", "freshet:generations:r1", "soils"}) == "0");
    eventually("the snapshot holds the timestamp",
        [&] { return contains(text_of(run / "redisprep.dump"), "timestamps:build_climate"); });
}

BOOST_AUTO_TEST_CASE(what_breaks_a_run_fails_the_job_with_the_reason_and_changes_nothing) {
    struct Case {
        std::string what;
        std::function<void(const std::filesystem::path& run)> breaks;
        std::string reason;
    };
    const std::vector<Case> cases{
        {"no controller", [](auto& run) { std::filesystem::remove(run / "climate.nodb"); }, "climate.nodb"},
        {"garbled controller",
            [](auto& run) { write_text(run / "climate.nodb", R"({"station": "climate/se)"); },
            "climate.nodb: not JSON"},
        {"controller is a list", [](auto& run) { write_text(run / "climate.nodb", "[]"); },
            "expected a JSON object"},
        {"no years",
            [](auto& run) { write_text(run / "climate.nodb", R"({"station":"climate/seattle.par"})"); },
            "field '/years': expected an integer 1..999, found nothing"},
        {"years as text",
            [](auto& run) {
                write_text(run / "climate.nodb", R"({"station":"climate/seattle.par","years":"x"})");
            },
            "field '/years': expected an integer 1..999, found \"x\""},
        {"station outside the run",
            [](auto& run) {
                write_text(run / "climate.nodb", R"({"station":"../r1/climate/seattle.par","years":1})");
            },
            "field '/station'"},
        {"no station file", [](auto& run) { std::filesystem::remove(run / "climate/seattle.par"); },
            "seattle.par"},
        {"garbled station file", [](auto& run) { write_text(run / "climate/seattle.par", "SEATTLE\n"); },
            "exited with code 2"},
    };
    const auto worker = start_worker();
    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.what) {
            const auto run = make_run("r1");
            one.breaks(run);
            const auto printed = freshet({"enqueue", "build_climate", "r1", "--wait"});
            BOOST_TEST(printed.code == 1);
            BOOST_TEST(contains(printed.text, "status       failed"), printed.text);
            BOOST_TEST(contains(printed.text, one.reason), printed.text);
            BOOST_TEST(runs_db({"HEXISTS", "r1", "timestamps:build_climate"}) == "0");
            BOOST_TEST(!std::filesystem::exists(run / "climate/seattle.cli"));
            std::filesystem::remove_all(run);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_program_that_lies_is_not_believed_and_the_earlier_climate_stands) {
    struct Case {
        std::string what;
        std::string body;
        std::string reason;
    };
    const std::string half = "head -n 200 \"$EARLIER\" > out.cli";
    const std::vector<Case> cases{
        {"says nothing", "cp earlier out.cli 2>/dev/null; exit 0", "Normal program termination"},
        {"fails after success", pretending("echo x > out.cli") + "exit 2", "exited with code 2"},
        {"dies by a signal", "kill -SEGV $$", "signal"},
        {"writes nothing", pretending(""), "out.cli"},
        {"writes a heading only",
            pretending("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do echo heading; done > out.cli"),
            "line 16: expected the line of day 1, month 1, year 2001, found the end of the file"},
        {"writes half a file", pretending("head -n 200 ../seattle.cli > out.cli"),
            "found the end of the file"},
        {"asks a question", "read answer || exit 3", "exited with code 3"},
    };
    const auto run = make_run("r1");
    {
        enqueue({"build_climate", "r1"});
        const auto worker = start_worker({"--burst"});
        BOOST_TEST(worker->wait() == 0);
    }
    const std::string earlier = text_of(run / "climate/seattle.cli");
    const std::string stamp = runs_db({"HGET", "r1", "timestamps:build_climate"});
    BOOST_REQUIRE(!earlier.empty());

    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.what) {
            const auto program = make_program("liar", one.body);
            const auto worker = start_worker({"--cligen", program.string()});
            const auto printed = freshet({"enqueue", "build_climate", "r1", "--wait"});
            BOOST_TEST(printed.code == 1);
            BOOST_TEST(contains(printed.text, one.reason), printed.text);
            BOOST_TEST((text_of(run / "climate/seattle.cli") == earlier));
            BOOST_TEST(runs_db({"HGET", "r1", "timestamps:build_climate"}) == stamp);
        }
    }
    std::set<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(run / "climate"))
        left.insert(entry.path().filename());
    const std::set<std::string> expected{"seattle.par", "seattle.cli", "cligen.log", "climate.svg"};
    BOOST_TEST(left == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_missing_program_is_named) {
    make_run("r1");
    const auto worker = start_worker({"--cligen", (folder.path() / "no-such-program").string()});
    const auto printed = freshet({"enqueue", "build_climate", "r1", "--wait"});
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "no-such-program"), printed.text);
}

BOOST_AUTO_TEST_CASE(a_program_that_hangs_is_killed_with_everything_that_it_started) {
    make_run("r1");
    const auto pids = folder.path() / "pids";
    const auto program =
        make_program("hanging", fmt::format("trap '' TERM\nsleep 1000 & echo $! >> {0}\nsetsid sleep 1000 & "
                                            "echo $! >> {0}\necho $$ >> {0}\nwait\nsleep 1000\n",
                                    pids.string()));
    const auto worker = start_worker({"--cligen", program.string(), "--cligen-limit", "1"});
    const auto printed = freshet({"enqueue", "build_climate", "r1", "--wait"});
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "status       failed"), printed.text);

    std::istringstream lines(text_of(pids));
    int found = 0;
    for (pid_t pid = 0; lines >> pid; ++found)
        BOOST_TEST(::kill(pid, 0) == -1, "process " << pid << " lives on");
    BOOST_TEST(found == 3);
}

BOOST_AUTO_TEST_CASE(a_controller_that_was_changed_meanwhile_is_not_overwritten) {
    const auto run = make_run("r1");
    const auto program = make_program(
        "slow", fmt::format("while [ ! -e {0}/go ]; do sleep 0.01; done\nexec {1}/freshet-climate \"$@\"\n",
                    folder.path().string(), FRESHET_BIN_DIR));
    const auto worker = start_worker({"--cligen", program.string()});
    const auto job = enqueue({"build_climate", "r1"});
    wait_for_status(job, "started");
    eventually("the program runs", [&] {
        for (const auto& entry : std::filesystem::directory_iterator(run / "climate"))
            if (entry.path().filename().string().starts_with(".scratch") &&
                exists(entry.path() / "cligen.log"))
                return true;
        return false;
    });
    const std::string changed = R"({"station":"climate/seattle.par","years":5})";
    write_text(run / "climate.nodb", changed);
    write_text(folder.path() / "go", "");
    wait_for_status(job, "failed");
    BOOST_TEST(
        contains(error_of(job),
            "superseded: field '/seed' of climate.nodb was 7 when build_climate began and is absent now"),
        error_of(job));
    BOOST_TEST(text_of(run / "climate.nodb") == changed);
    BOOST_TEST(!std::filesystem::exists(run / "climate/seattle.cli"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
