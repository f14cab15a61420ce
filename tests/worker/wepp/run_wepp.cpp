#include "tests/worker/wepp/wepp_fixture.hpp"
#include "worker/runtime/trace.hpp"

#include <csignal>
#include <sstream>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace freshet::tests;

} // namespace

BOOST_FIXTURE_TEST_SUITE(run_wepp, WeppFixture)

BOOST_AUTO_TEST_CASE(a_run_goes_from_watershed_and_climate_to_the_outlet) {
    const auto run = make_wepp_run("r1");
    const auto worker = start_worker({"--concurrency", "2"});
    const auto root = start_wepp("r1");
    wait_for_end(root);

    const auto files = names_of(results_of(run));
    for (const auto* name : {"runs/p1.run", "runs/p8.err", "runs/pw0.str", "output/H1.loss.dat",
             "output/H8.pass.dat", "output/.manifest/H8.json", "output/loss_pw0.txt", "output/pass_pw0.txt",
             "output/hillslopes.csv", "output/summary.json"})
        BOOST_TEST(files.contains(name), name);
    BOOST_TEST(text_of(run / "wepp/runs/pw0.str") ==
               "99.1\n2 4 5 3 0 0 0 0 0 0\n2 7 8 6 0 0 0 0 0 0\n2 1 2 0 9 10 0 0 0 0\n");
    BOOST_TEST(text_of(run / "wepp/runs/p5.man") == text_of(run / "sample.man"));
    BOOST_TEST(text_of(run / "wepp/runs/p6.man") == text_of(run / "bare.man"));

    const auto summary = json::parse(text_of(run / "wepp/output/summary.json")).as_object();
    const auto& balance = summary.at("water_balance_per_year").as_object();
    const auto& loss = summary.at("loss_per_year").as_object();
    BOOST_TEST(balance.at("precipitation_mm").as_double() > 100);
    BOOST_TEST(balance.at("outlet_discharge_mm").as_double() > 0);
    BOOST_TEST(loss.at("hillslopes_sediment_t").as_double() > 0);
    BOOST_TEST(summary.at("years").as_int64() == years);

    BOOST_TEST(stamp("r1", "run_wepp_hillslopes") < stamp("r1", "run_wepp_watershed"));
    BOOST_TEST(runs_db({"HGET", "r1", "rq:run_wepp_rq"}) == root);
    const auto meta = meta_of(root);
    BOOST_TEST(meta.at("jobs:3,func:run_wepp_watershed").as_string() == root + "-run_wepp_watershed");
    BOOST_TEST(meta.at("progress").at("done").as_int64() == hillslopes);
    BOOST_TEST(meta.at("progress").at("total").as_int64() == hillslopes);
    BOOST_TEST(contains(text_of(run / "rq.log"), "rq:" + root + " COMPLETED run_wepp(r1)"));
    BOOST_TEST(stranded() == "");
    constexpr int six_days = 6 * 86'400;
    BOOST_TEST(std::stoi(queue_db({"TTL", "rq:job:" + root})) > six_days);
    BOOST_TEST(std::stoi(queue_db({"TTL", "rq:results:" + root})) > six_days);
    for (const auto& entry : fs::directory_iterator(run / "wepp"))
        BOOST_TEST(!entry.path().filename().string().starts_with(".scratch"), entry.path());
}

BOOST_AUTO_TEST_CASE(a_second_run_skips_what_is_unchanged_and_runs_what_is_not) {
    const auto run = make_wepp_run("r1");
    const auto worker = start_worker({"--concurrency", "1"});
    wait_for_end(start_wepp("r1"));
    const auto results = results_of(run);
    std::map<std::string, fs::file_time_type> written;
    const auto losses = [&] {
        std::map<std::string, fs::file_time_type> times;
        for (int id = 1; id <= hillslopes; ++id)
            times[std::to_string(id)] =
                fs::last_write_time(run / fmt::format("wepp/output/H{}.loss.dat", id));
        return times;
    };
    const auto ran = [&](const std::string& root) {
        std::int64_t sum = 0;
        for (const auto& chunk : chunks_of(root))
            sum += result_of(chunk).at("run").as_int64();
        return sum;
    };
    written = losses();

    auto root = start_wepp("r1");
    wait_for_end(root);
    BOOST_TEST(ran(root) == 0);
    BOOST_TEST((losses() == written));
    check_same(results_of(run), results);

    // An input, an output and a manifest of one hillslope each.
    write_text(run / "watershed/slope_files/hillslopes/hill_22.slp",
        "97.5\n1\n200.0 44.0\n2 100.0\n0.0, 0.10 1.0, 0.20\n");
    write_text(run / "wepp/output/H4.loss.dat", "spoiled");
    write_text(run / "wepp/output/.manifest/H6.json", "spoiled");
    root = start_wepp("r1");
    wait_for_end(root);
    BOOST_TEST(ran(root) == 3);
    auto expected = results_of(run);
    BOOST_TEST((expected["output/H4.loss.dat"] == results.at("output/H4.loss.dat")));
    BOOST_TEST((expected["output/H6.pass.dat"] == results.at("output/H6.pass.dat")));
    BOOST_TEST((expected["output/H1.pass.dat"] != results.at("output/H1.pass.dat")));
}

BOOST_AUTO_TEST_CASE(the_producers_trace_goes_on_in_every_job_of_the_tree_and_in_every_program) {
    const Trace producers{"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "01"};
    make_wepp_run("r1");
    const auto seen = folder.path() / "seen";
    const auto traced = [&](const std::string& program) {
        const auto body = fmt::format(
            "echo \"$TRACEPARENT\" >> {}\nexec {}/{} \"$@\"\n", seen.string(), FRESHET_BIN_DIR, program);
        return make_program("traced-" + program, body).string();
    };
    const auto worker =
        start_worker({"--wepp", traced("freshet-hillslope"), "--wepp-watershed", traced("freshet-channel")});
    queue_db(
        {"HSET", "rq:job:root", "data", R"(["freshet.run_wepp_rq", null, ["r1"], {}])", "origin", "default",
            "status", "queued", "meta", fmt::format(R"({{"traceparent": "{}"}})", producers.traceparent())});
    queue_db({"RPUSH", "rq:queue:default", "root"});
    wait_for_end("root");

    const auto span_in = [&](const std::string& text) {
        const auto trace = parse_traceparent(text);
        BOOST_TEST_REQUIRE(trace.has_value(), text);
        BOOST_TEST(trace->trace_id == producers.trace_id);
        return trace->span_id;
    };
    std::set<std::string> handed_on{producers.span_id};
    for (const auto* parent : {"root", "root-wepp_plan_hillslopes"}) {
        std::set<std::string> spans;
        for (const auto& [name, id] : meta_of(parent)) {
            if (!name.starts_with("jobs:")) continue;
            const auto meta = meta_of(std::string(id.as_string()));
            spans.insert(span_in(std::string(meta.at("traceparent").as_string())));
        }
        BOOST_TEST_REQUIRE(spans.size() == 1U, parent); // the parent's execution
        BOOST_TEST(handed_on.insert(*spans.begin()).second, parent);
    }

    std::istringstream lines(text_of(seen));
    int programs = 0;
    for (std::string line; std::getline(lines, line); ++programs)
        BOOST_TEST(!handed_on.contains(span_in(line)), line);
    BOOST_TEST(programs == hillslopes + 1);
}

BOOST_AUTO_TEST_CASE(a_hillslope_that_fails_cancels_what_has_not_started_and_strands_nothing) {
    const auto run = make_wepp_run("r1");
    const auto program =
        make_program("failing", fmt::format("grep -q p3.slp <<E && exit 2\n$(tee answers)\nE\n"
                                            "exec {}/freshet-hillslope < answers\n",
                                    FRESHET_BIN_DIR));
    const auto worker = start_worker({"--concurrency", "1", "--wepp", program.string()});
    const auto root = start_wepp("r1");
    eventually("a chunk has failed", [&] { return queue_db({"ZCARD", "rq:failed:default"}) != "0"; });
    eventually("nothing is left to do", [&] { return stranded() == ""; });

    const auto failed = queue_db({"GET", "freshet:tree:" + root + ":failed"});
    BOOST_TEST(contains(error_of(failed), "hillslope 3: "), error_of(failed));
    BOOST_TEST(contains(error_of(failed), "exited with code 2"), error_of(failed));
    for (const auto* function : {"run_wepp_hillslopes", "wepp_prep_watershed", "run_wepp_watershed",
             "wepp_post", "wepp_hillslope_summaries", "wepp_log_complete"}) {
        BOOST_TEST(status_of(root + "-" + function) == "canceled", function);
        BOOST_TEST(queue_db({"ZSCORE", "rq:canceled:default", root + "-" + function}) != "(nil)", function);
    }
    BOOST_TEST(status_of(chunks_of(root).back()) == "canceled");
    BOOST_TEST(runs_db({"HEXISTS", "r1", "timestamps:run_wepp_hillslopes"}) == "0");
    BOOST_TEST(fs::exists(run / "wepp/output/H2.loss.dat"));
    BOOST_TEST(!fs::exists(run / "wepp/output/H3.loss.dat"));
}

BOOST_AUTO_TEST_CASE(a_program_that_lies_is_not_believed) {
    const std::string text = "echo ' WEPP COMPLETED HILLSLOPE SIMULATION SUCCESSFULLY'";
    const std::string real = fmt::format("{}/freshet-hillslope", FRESHET_BIN_DIR);
    struct Case {
        std::string what;
        std::string body;
        std::string reason;
    };
    const std::vector<Case> cases{
        {"success text alone", text + "\n", "hillslope 1: "},
        {"success text missing", real + " > /dev/null\n", "WEPP COMPLETED HILLSLOPE SIMULATION SUCCESSFULLY"},
        {"exit code 2 after the success text", real + "\nexit 2\n", "exited with code 2"},
        {"a crash after the success text", real + "\nkill -SEGV $$\n", "was ended by signal 11 (SIGSEGV)"},
        {"success with cautions", real + "\necho 'SUCCESSFULLY WITH NOTES, CAUTIONS, OR WARNINGS'\n",
            "WITH NOTES, CAUTIONS, OR WARNINGS"},
        {"an output is empty", real + "\n: > ../output/H1.loss.dat\n", "H1.loss.dat"},
        {"a year is missing", real + "\nsed -i '/ 2002 /d' ../output/H1.pass.dat\n",
            "expected days up to year 2002, found year 2001"},
    };
    const auto run = make_wepp_run("r1");
    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.what) {
            const auto program = make_program("liar", one.body);
            const auto worker = start_worker({"--concurrency", "1", "--wepp", program.string()});
            const auto root = start_wepp("r1");
            const auto failed = "freshet:tree:" + root + ":failed";
            eventually("the tree has failed", [&] { return queue_db({"GET", failed}) != "(nil)"; });
            const auto reason = error_of(queue_db({"GET", failed}));
            BOOST_TEST(contains(reason, one.reason), reason);
            BOOST_TEST(!fs::exists(run / "wepp/output/H1.loss.dat"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_hillslope_that_hangs_once_is_tried_again) {
    make_wepp_run("r1");
    const auto program =
        make_program("hanging", fmt::format("[ -e {0}/hung ] || {{ touch {0}/hung; sleep 1000; }}\n"
                                            "exec {1}/freshet-hillslope\n",
                                    folder.path().string(), FRESHET_BIN_DIR));
    const auto worker = start_worker({"--concurrency", "1", "--wepp", program.string(), "--wepp-limit", "1"});
    const auto root = start_wepp("r1");
    wait_for_end(root);
    BOOST_TEST(result_of(chunks_of(root).front()).at("retries").as_int64() >= 1);
}

BOOST_AUTO_TEST_CASE(the_results_are_the_same_bit_for_bit_when_workers_are_killed_on_the_way) {
    const auto run = make_wepp_run("r1");
    const auto hillslope = make_program("hillslope", gated(folder.path(), "freshet-hillslope"));
    const auto channel = make_program("channel", gated(folder.path(), "freshet-channel"));
    const auto gate = [&](const std::string& program) {
        return folder.path() / ("go-" + program);
    };
    const auto began = [&](const std::string& program) {
        const auto text = fs::exists(folder.path() / ("began-" + program))
                              ? text_of(folder.path() / ("began-" + program))
                              : std::string();
        return std::count(text.begin(), text.end(), '\n');
    };
    const std::vector<std::string> options{
        "--concurrency", "1", "--wepp", hillslope.string(), "--wepp-watershed", channel.string()};

    std::map<std::string, std::string> undisturbed;
    {
        write_text(gate("freshet-hillslope"), "");
        write_text(gate("freshet-channel"), "");
        const auto worker = start_worker(options);
        wait_for_end(start_wepp("r1"));
        undisturbed = results_of(run);
    }
    for (const auto* program : {"freshet-hillslope", "freshet-channel"}) {
        fs::remove(gate(program));
        fs::remove(folder.path() / (std::string("began-") + program));
    }
    fs::remove_all(run / "wepp");

    std::map<pid_t, std::unique_ptr<Process>> workers;
    for (int i = 0; i < 2; ++i) {
        auto worker = start_worker(options);
        workers.emplace(worker->pid(), std::move(worker));
    }
    const auto root = start_wepp("r1");
    eventually("both workers run hillslopes", [&] { return began("freshet-hillslope") == 2; });
    workers.begin()->second->signal(SIGKILL);
    write_text(gate("freshet-hillslope"), "");

    const auto watershed = root + "-run_wepp_watershed";
    eventually("the watershed runs", [&] { return began("freshet-channel") == 1; });
    const auto other = start_worker(options);
    workers.at(process_of(watershed))->signal(SIGKILL);
    write_text(gate("freshet-channel"), "");
    wait_for_end(root);

    check_same(results_of(run), undisturbed);
    BOOST_TEST(stranded() == "");
    BOOST_TEST(meta_of(root).at("progress").at("done").as_int64() == hillslopes);
    for (const auto& entry : fs::directory_iterator(run / "wepp"))
        BOOST_TEST(!entry.path().filename().string().starts_with(".scratch"), entry.path());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
