#include "jobs/queue/encoding.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <csignal>
#include <map>
#include <set>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace freshet::tests;

constexpr int hillslopes = 8;
constexpr int years = 2;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A run with an abstracted watershed of three channels and eight hillslopes, and its climate: all that WEPP
/// starts from.
struct WeppFixture : WorkerFixture {
    fs::path make_wepp_run(const std::string& run_id) {
        const auto run = make_run(run_id, years);
        Process climate(
            {"/bin/sh", "-c",
                fmt::format("cd {} && {}/freshet-climate -iseattle.par -oseattle.cli -b2001 -y{} -t5 -r7 -F",
                    (run / "climate").string(), FRESHET_BIN_DIR, years)},
            folder.path() / "climate.out");
        BOOST_REQUIRE_MESSAGE(climate.wait() == 0, climate.output());
        write_text(run / "climate.nodb",
            R"({"station":"climate/seattle.par","years":2,"first_year":2001,"cli":"climate/seattle.cli"})");
        for (const auto* name : {"sample.man", "sample.sol"})
            fs::copy_file(fs::path(FRESHET_SOURCE_DIR) / "worker/samples" / name, run / name);
        write_text(run / "bare.man", bare(text_of(run / "sample.man")));
        write_text(run / "wepp.nodb",
            R"({"py/object":"wepppy.nodb.Wepp","management":"bare.man","managements":{"33":"sample.man"},"soil":"sample.sol"})");
        make_watershed(run / "watershed");
        return run;
    }

    static void make_watershed(const fs::path& folder) {
        fs::create_directories(folder / "slope_files/hillslopes");
        std::string table = "topaz_id,slope_scalar,length,width,area,channel_id,side\n";
        for (const auto& [id, channel, side] :
            {std::tuple{22, 24, "left"}, {23, 24, "right"}, {31, 34, "top"}, {32, 34, "left"},
                {33, 34, "right"}, {41, 44, "top"}, {42, 44, "left"}, {43, 44, "right"}}) {
            table += fmt::format("{},0.2,100.0,{},{},{},{}\n", id, 2 * id, 200 * id, channel, side);
            write_text(folder / fmt::format("slope_files/hillslopes/hill_{}.slp", id),
                fmt::format("97.5\n# a comment\n1\n200.0 {}\n2 100.0\n0.0, 0.15 1.0, 0.25\n", 2 * id));
        }
        write_text(folder / "hillslopes.csv", table);
        write_text(folder / "channels.csv", "topaz_id,length,order\n24,300,2\n34,200,1\n44,250,1\n");
        write_text(folder / "network.txt", "24|34,44\n");
        std::string slopes = "97.5\n# aspect, width\n3\n";
        for (const int length : {300, 200, 250})
            slopes += fmt::format("180.0 1.5\n2 {}\n0.0, 0.05 1.0, 0.03\n", length);
        write_text(folder / "slope_files/channels.slp", slopes);
    }

    // No cover at all, so that there is something to see.
    static std::string bare(std::string management) {
        const std::string covered = "0.5 300 300 0.0 0.7";
        const auto at = management.find(covered);
        BOOST_REQUIRE(at != std::string::npos);
        return management.replace(at, covered.size(), "0.0 300 300 0.0 0.1");
    }

    std::string start_wepp(const std::string& run_id) { return enqueue({"run_wepp", run_id}); }
    void wait_for_end(const std::string& root) const {
        wait_for_status(root + "-wepp_log_complete", "finished");
    }

    json::object meta_of(const std::string& job) const {
        return json::parse(queue_db({"HGET", "rq:job:" + job, "meta"})).as_object();
    }
    json::object result_of(const std::string& job) const {
        const auto entry = queue_db({"XREVRANGE", "rq:results:" + job, "+", "-", "COUNT", "1"});
        const std::string field = "return_value\n";
        const auto at = entry.find(field);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, entry);
        const auto value = entry.substr(at + field.size());
        return json::parse(jobs::base64_decode(value.substr(0, value.find('\n'))).value()).as_object();
    }
    /// Ids of the chunk jobs in their order.
    std::vector<std::string> chunks_of(const std::string& root) const {
        std::map<int, std::string> found;
        for (const auto& [name, id] : meta_of(root + "-wepp_plan_hillslopes"))
            if (std::string_view(name).starts_with("jobs:1,func:hillslopes-"))
                found[std::stoi(std::string(name).substr(23))] = std::string(id.as_string());
        std::vector<std::string> ids;
        for (const auto& [first, id] : found)
            ids.push_back(id);
        return ids;
    }

    /// wepp/runs and wepp/output with all below: name -> content.
    static std::map<std::string, std::string> results_of(const fs::path& run) {
        std::map<std::string, std::string> files;
        for (const auto* place : {"runs", "output"})
            for (const auto& entry : fs::recursive_directory_iterator(run / "wepp" / place))
                if (entry.is_regular_file())
                    files[fs::relative(entry.path(), run / "wepp")] = text_of(entry.path());
        return files;
    }
    static std::set<std::string> names_of(const std::map<std::string, std::string>& files) {
        std::set<std::string> names;
        for (const auto& [name, text] : files)
            names.insert(name);
        return names;
    }
    static void check_same(
        const std::map<std::string, std::string>& found, const std::map<std::string, std::string>& expected) {
        BOOST_TEST(names_of(found) == names_of(expected), boost::test_tools::per_element());
        for (const auto& [name, text] : expected)
            if (found.contains(name)) BOOST_TEST((found.at(name) == text), name << " differs");
    }

    /// Ids in states in which something still would have to happen to them.
    std::string stranded() const {
        return queue_script(
            "local left = {} for _, key in ipairs({'rq:deferred:default', 'rq:scheduled:default', "
            "'rq:wip:default'}) do for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do "
            "left[#left + 1] = id end end for _, id in ipairs(redis.call('LRANGE', "
            "'rq:queue:default', 0, -1)) do left[#left + 1] = id end return table.concat(left, ' ')",
            {});
    }
    pid_t process_of(const std::string& job) const {
        const auto worker = queue_db({"HGET", "rq:job:" + job, "worker_name"});
        const auto slot = worker.rfind('.');
        const auto pid = worker.rfind('.', slot - 1);
        return static_cast<pid_t>(std::stol(worker.substr(pid + 1, slot - pid - 1)));
    }
    std::int64_t stamp(const std::string& run_id, const std::string& task) const {
        return std::stoll(runs_db({"HGET", run_id, "timestamps:" + task}));
    }
};

// Waits for the file `gate` before it does what the program does, and says in `began` that it waits.
std::string gated(const fs::path& folder, const std::string& program) {
    return fmt::format(
        "echo x >> {0}/began-{1}\nwhile [ ! -e {0}/go-{1} ]; do sleep 0.02; done\nexec {2}/{1} \"$@\"\n",
        folder.string(), program, FRESHET_BIN_DIR);
}

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
