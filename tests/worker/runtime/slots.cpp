#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

/// build_climate needs a CPU slot and is the one writer of its run's climate; sleep mostly waits.
struct Fixture : WorkerFixture {
    Fixture() {
        for (const std::string run : {"r1", "r2", "r3"})
            make_run(run);
        program = make_program("waits", "while [ ! -e " + (folder.path() / "go").string() +
                                            " ]; do sleep 0.01; done\nexec " FRESHET_BIN_DIR
                                            "/freshet-climate \"$@\"\n");
    }
    std::unique_ptr<Process> start(std::vector<std::string> options) {
        options.insert(options.end(), {"--cligen", program.string()});
        return start_worker(std::move(options));
    }
    void let_programs_go() { write_text(folder.path() / "go", ""); }
    std::string started_at(const std::string& job) {
        return queue_db({"HGET", "rq:job:" + job, "started_at"});
    }
    std::string ended_at(const std::string& job) { return queue_db({"HGET", "rq:job:" + job, "ended_at"}); }

    std::filesystem::path program;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(slots, Fixture)

BOOST_AUTO_TEST_CASE(a_task_that_waits_does_not_wait_behind_those_that_compute) {
    const auto first = enqueue({"build_climate", "r1"}), second = enqueue({"build_climate", "r2"}),
               third = enqueue({"build_climate", "r3"}), waits = enqueue({"sleep", "0"});
    const auto worker = start({"--concurrency", "1", "--io-concurrency", "1"});
    wait_for_status(waits, "finished");
    BOOST_TEST(status_of(first) == "started");
    BOOST_TEST(status_of(second) == "queued");
    BOOST_TEST(status_of(third) == "queued");
    let_programs_go();
    wait_for_status(third, "finished");
    BOOST_TEST(ended_at(first) <= started_at(second));
    BOOST_TEST(ended_at(second) <= started_at(third));
}

BOOST_AUTO_TEST_CASE(nor_the_other_way_round) {
    const auto first = enqueue({"sleep", "1000"}), second = enqueue({"sleep", "1000"}),
               computes = enqueue({"build_climate", "r1"});
    let_programs_go();
    const auto worker = start({"--concurrency", "1", "--io-concurrency", "1"});
    wait_for_status(computes, "finished");
    BOOST_TEST(status_of(first) == "started");
    BOOST_TEST(status_of(second) == "queued");
}

BOOST_AUTO_TEST_CASE(what_one_worker_has_no_slot_for_another_takes) {
    const auto busy = start({"--concurrency", "1", "--io-concurrency", "1"});
    const auto first = enqueue({"build_climate", "r1"});
    wait_for_status(first, "started");
    const auto second = enqueue({"build_climate", "r2"});
    eventually("it is set aside", [&] { return queue_db({"LLEN", "rq:queue:default:cpu"}) == "1"; });
    const auto helper = start({"--concurrency", "1"});
    wait_for_status(second, "started");
    BOOST_TEST(status_of(first) == "started");

    const auto third = enqueue({"build_climate", "r3"});
    helper->signal(SIGTERM);
    let_programs_go();
    BOOST_TEST(helper->wait() == 0);
    wait_for_status(third, "finished");
}

BOOST_AUTO_TEST_CASE(what_was_set_aside_starts_when_a_slot_of_its_kind_is_free_and_not_at_the_next_push) {
    std::vector<std::string> jobs;
    for (int i = 0; i < 16; ++i)
        jobs.push_back(enqueue({"sleep", "0.02"}));
    server.command({"CONFIG", "RESETSTAT"});
    const auto worker = start({"--concurrency", "1", "--io-concurrency", "1"});
    wait_for_status(jobs.back(), "finished"); // a look every five seconds would be too late
    for (const auto& job : jobs)
        BOOST_TEST(status_of(job) == "finished");
    // Each is set aside once at most, which is told on a channel.
    const auto statistics = server.command({"INFO", "commandstats"});
    const auto told = statistics.find("cmdstat_publish:calls=");
    BOOST_TEST_REQUIRE(told != std::string::npos, statistics);
    BOOST_TEST(std::stoul(statistics.substr(statistics.find('=', told) + 1)) < jobs.size(), statistics);
}

BOOST_AUTO_TEST_CASE(a_set_aside_job_outlives_its_worker) {
    auto doomed = start({"--concurrency", "1", "--io-concurrency", "1"});
    const auto first = enqueue({"build_climate", "r1"}), second = enqueue({"build_climate", "r2"});
    eventually("it is set aside", [&] { return queue_db({"LLEN", "rq:queue:default:cpu"}) == "1"; });
    doomed->signal(SIGKILL);
    doomed->wait();
    let_programs_go();
    const auto heir = start({});
    wait_for_status(first, "finished");
    wait_for_status(second, "finished");
}

BOOST_AUTO_TEST_CASE(one_writer_of_a_runs_controller_at_a_time_and_the_others_cost_no_slot) {
    const auto worker = start({"--concurrency", "2"});
    const auto first = enqueue({"build_climate", "r1"});
    wait_for_status(first, "started");
    // A producer of RQ knows nothing of single flight.
    for (const std::string id : {"again", "once-more"}) {
        const std::string data = R"(["wepppy.rq.build_climate_rq", null, ["r1"], {}])";
        queue_db({"HSET", "rq:job:" + id, "data", data, "origin", "default", "status", "queued"});
        queue_db({"RPUSH", "rq:queue:default", id});
    }
    const auto other_run = enqueue({"build_climate", "r2"});
    wait_for_status(other_run, "started");
    BOOST_TEST(status_of("again") == "queued");
    BOOST_TEST(queue_db({"LRANGE", "freshet:key:r1:climate:waiting", "0", "-1"}) == "again\nonce-more");
    let_programs_go();
    wait_for_status("once-more", "finished");
    BOOST_TEST(ended_at(first) <= started_at("again"));
    BOOST_TEST(ended_at("again") <= started_at("once-more"));
    BOOST_TEST(queue_db({"EXISTS", "freshet:key:r1:climate", "freshet:keys"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_key_passes_on_when_its_holders_worker_dies) {
    auto doomed = start({"--concurrency", "1", "--max-reaped", "1"});
    const auto first = enqueue({"build_climate", "r1"});
    eventually("it holds the key", [&] { return queue_db({"EXISTS", "freshet:key:r1:climate"}) == "1"; });
    doomed->signal(SIGKILL);
    doomed->wait();
    const std::string data = R"(["wepppy.rq.build_climate_rq", null, ["r1"], {}])";
    queue_db({"HSET", "rq:job:next", "data", data, "origin", "default", "status", "queued"});
    queue_db({"RPUSH", "rq:queue:default", "next"});
    let_programs_go();
    const auto heir = start({"--max-reaped", "1"});
    wait_for_status("next", "finished");
    BOOST_TEST(status_of(first) == "failed");
}

BOOST_AUTO_TEST_CASE(weighted_queues_each_get_their_share) {
    for (int i = 1; i <= 4; ++i)
        for (const std::string queue : {"big", "small"}) {
            const std::string id = queue + std::to_string(i), data = R"(["freshet.noop", null, [], {}])";
            queue_db({"HSET", "rq:job:" + id, "data", data, "origin", queue, "status", "queued"});
            queue_db({"RPUSH", "rq:queue:" + queue, id});
        }
    const auto worker = start({"--burst", "--concurrency", "1", "--queue", "big:3", "--queue", "small:1"});
    BOOST_TEST(worker->wait() == 0);
    std::vector<std::pair<std::string, std::string>> order;
    for (int i = 1; i <= 4; ++i)
        for (const std::string queue : {"big", "small"})
            order.emplace_back(started_at(queue + std::to_string(i)), queue + std::to_string(i));
    std::sort(order.begin(), order.end());
    std::string ids;
    for (const auto& [when, id] : order)
        ids += id + " ";
    BOOST_TEST(ids == "big1 big2 small1 big3 big4 small2 small3 small4 ");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
