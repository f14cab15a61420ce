#include "tests/support/run_messages.hpp"
#include "tests/worker/wepp/wepp_fixture.hpp"

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
using namespace freshet::tests;

struct DisturbancesFixture : WeppFixture {
    std::string at(const std::string& name) const { return (folder.path() / name).string(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(disturbances, DisturbancesFixture)

BOOST_AUTO_TEST_CASE(a_tree_outlives_a_restart_of_redis_with_the_files_of_an_undisturbed_one) {
    const auto run = make_wepp_run("r1");
    const auto program = make_program("hillslope", gated(folder.path(), "freshet-hillslope"));
    const std::vector<std::string> options{"--concurrency", "2", "--wepp", program.string()};
    const auto go = at("go-freshet-hillslope"), began = at("began-freshet-hillslope");
    write_text(go, "");
    const auto worker = start_worker(options);
    wait_for_end(start_wepp("r1"));
    const auto undisturbed = results_of(run);
    fs::remove_all(run / "wepp");
    fs::remove(go);
    fs::remove(began);

    const auto root = start_wepp("r1");
    eventually("hillslopes run", [&] { return fs::exists(began); });
    server.kill();
    write_text(go, "");
    eventually("the worker misses Redis", [&] {
        return contains(worker->output(), "not renewed") || contains(worker->output(), "cannot confirm");
    });
    server.start();
    wait_for_end(root);
    check_same(results_of(run), undisturbed);
    BOOST_TEST(stranded() == "");
    BOOST_TEST(meta_of(root).at("progress").at("done").as_int64() == hillslopes);
}

BOOST_AUTO_TEST_CASE(a_chunk_that_runs_meets_the_failure_of_its_tree_and_ends_after_its_hillslope) {
    const auto run = make_wepp_run("r1");
    const auto program =
        make_program("hillslope", fmt::format("cat > answers\n"
                                              "if grep -q p1.slp answers; then\n"
                                              "  touch {0}\n  while [ ! -e {1} ]; do sleep 0.02; done\nfi\n"
                                              "if grep -q p3.slp answers; then\n"
                                              "  while [ ! -e {0} ]; do sleep 0.02; done\n  exit 2\nfi\n"
                                              "exec {2}/freshet-hillslope < answers\n",
                                      at("began"), at("go"), FRESHET_BIN_DIR));
    const auto worker = start_worker({"--concurrency", "2", "--wepp", program.string()});
    const auto root = start_wepp("r1");
    eventually("the tree has failed", [&] {
        return queue_db({"GET", "freshet:tree:" + root + ":failed"}) != "(nil)";
    });
    const auto failed = queue_db({"GET", "freshet:tree:" + root + ":failed"});
    BOOST_TEST(contains(error_of(failed), "hillslope 3: "), error_of(failed));
    const auto running = chunks_of(root).front();
    BOOST_TEST(status_of(running) == "started");

    write_text(at("go"), "");
    wait_for_status(running, "failed");
    BOOST_TEST(
        contains(error_of(running), "not started from hillslope 2 on: job " + failed), error_of(running));
    BOOST_TEST(fs::exists(run / "wepp/output/H1.loss.dat"));
    BOOST_TEST(!fs::exists(run / "wepp/output/H2.loss.dat"));
    BOOST_TEST(queue_db({"GET", "freshet:tree:" + root + ":failed"}) == failed);
    BOOST_TEST(stranded() == "");
}

BOOST_AUTO_TEST_CASE(watchers_read_the_progress_and_what_the_programs_print) {
    make_wepp_run("r1");
    const auto worker = start_worker({"--concurrency", "2"});
    std::string root;
    const auto messages =
        run_messages(server, "r1", "WEPP_RUN_TASK_COMPLETED", [&] { root = start_wepp("r1"); });
    const auto told = [&](const std::string& text) {
        return std::find(messages.begin(), messages.end(), "r1:wepp " + text) != messages.end();
    };
    for (const std::string& text : {"rq:" + root + " STARTED run_wepp_rq(r1)",
             "rq:" + root + "-wepp_prep_slopes STARTED wepp_prep_slopes_rq(r1)",
             "rq:" + root + "-wepp_prep_slopes COMPLETED wepp_prep_slopes_rq(r1)",
             "rq:" + root + " STATUS hillslopes: 8 of 8 done",
             std::string(" FRESHET BUILT-IN HILLSLOPE MODEL"), std::string(" FRESHET BUILT-IN CHANNEL MODEL"),
             std::string(" WEPP COMPLETED WATERSHED SIMULATION SUCCESSFULLY")})
        BOOST_TEST(told(text), text);
    for (const auto& message : messages) // on the channel of all jobs only how each ended
        BOOST_TEST((message.starts_with("r1:wepp ") || message.starts_with("r1:rq {")), message);
}

BOOST_AUTO_TEST_CASE(a_junction_that_wepp_cannot_hold_is_refused_before_anything_runs) {
    const auto run = make_wepp_run("r1");
    write_text(run / "watershed/channels.csv",
        "topaz_id,length,order\n24,300,2\n34,200,1\n44,250,1\n54,100,1\n64,100,1\n");
    write_text(run / "watershed/network.txt", "24|34,44,54,64\n");
    const auto worker = start_worker();
    const auto root = start_wepp("r1");
    wait_for_status(root, "failed");
    BOOST_TEST(
        contains(error_of(root), "channel 24: expected at most 3 channels above, found 4"), error_of(root));
    BOOST_TEST(queue_db({"EXISTS", "rq:job:" + root + "-wepp_prep_slopes"}) == "0");
    BOOST_TEST(!fs::exists(run / "wepp"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
