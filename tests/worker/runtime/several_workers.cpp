#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

constexpr int many = 1'000;

struct Fixture : WorkerFixture {
    // One call of the server's: a job each, as any producer would store it.
    void enqueue_many() {
        queue_script(R"(for i = 1, tonumber(ARGV[1]) do
              redis.call('HSET', 'rq:job:many-' .. i, 'data', '["freshet.noop", null, [' .. i .. '], {}]', 'origin',
                  'default', 'status', 'queued')
              redis.call('RPUSH', 'rq:queue:default', 'many-' .. i)
            end)",
            {std::to_string(many)});
    }
    // For how many of them `expression` holds; `id` is the job's id.
    int count(const std::string& expression) {
        const std::string script = "local n = 0 for i = 1, tonumber(ARGV[1]) do local id = 'many-' .. i if " +
                                   expression + " then n = n + 1 end end return n";
        return std::stoi(queue_script(script, {std::to_string(many)}));
    }
    int ended(Process& worker) {
        int number = 0;
        const std::string log = worker.output();
        for (auto at = log.find("recorded as finished"); at != std::string::npos;
             at = log.find("recorded as finished", at + 1))
            ++number;
        return number;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(several_workers, Fixture)

BOOST_AUTO_TEST_CASE(two_workers_do_each_of_1000_jobs_exactly_once) {
    const auto first = start_worker({"--concurrency", "8"}), second = start_worker({"--concurrency", "8"});
    enqueue_many();
    eventually("all are finished", [&] {
        return queue_db({"ZCARD", "rq:finished:default"}) == std::to_string(many);
    });
    for (const auto* worker : {&first, &second}) {
        (*worker)->signal(SIGTERM);
        BOOST_TEST((*worker)->wait() == 0);
    }
    BOOST_TEST(count("redis.call('XLEN', 'rq:results:' .. id) == 1") == many);
    BOOST_TEST(count("redis.call('HGET', 'rq:job:' .. id, 'status') == 'finished'") == many);
    BOOST_TEST(ended(*first) + ended(*second) == many);
    BOOST_TEST(ended(*first) > 0);
    BOOST_TEST(ended(*second) > 0);
    BOOST_TEST(queue_db({"EXISTS", "freshet:leases", "rq:wip:default", "rq:queue:default",
                   "rq:queue:default:intermediate"}) == "0");
}

BOOST_AUTO_TEST_CASE(what_was_claimed_ahead_of_a_long_job_runs_elsewhere) {
    enqueue_many();
    const auto long_job = enqueue({"sleep", "1000"});
    queue_db({"LREM", "rq:queue:default", "1", long_job});
    queue_db({"LINSERT", "rq:queue:default", "BEFORE", "many-600", long_job});
    const auto first = start_worker({"--concurrency", "1"});
    wait_for_status(long_job, "started");
    const auto second = start_worker({"--concurrency", "1"});
    eventually("the others are finished", [&] {
        return queue_db({"ZCARD", "rq:finished:default"}) == std::to_string(many);
    });
    BOOST_TEST(status_of(long_job) == "started");
    BOOST_TEST(count("redis.call('XLEN', 'rq:results:' .. id) == 1") == many);
    BOOST_TEST(count("redis.call('HEXISTS', 'rq:job:' .. id, 'freshet:reaped') == 1") == 0);
}

BOOST_AUTO_TEST_CASE(a_worker_that_drains_keeps_nothing_that_it_has_claimed_ahead) {
    enqueue_many();
    const auto worker = start_worker({"--concurrency", "1"});
    eventually("some are finished", [&] { return queue_db({"ZCARD", "rq:finished:default"}) != "0"; });
    worker->signal(SIGTERM);
    BOOST_TEST(worker->wait() == 0);
    const int finished = std::stoi(queue_db({"ZCARD", "rq:finished:default"}));
    BOOST_TEST(finished + std::stoi(queue_db({"LLEN", "rq:queue:default"})) == many);
    BOOST_TEST(count("redis.call('HGET', 'rq:job:' .. id, 'status') == 'queued'") == many - finished);
    BOOST_TEST(queue_db({"EXISTS", "freshet:leases", "rq:wip:default"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_killed_is_missed_and_its_job_runs_elsewhere) {
    auto doomed = start_worker();
    const auto job = enqueue({"sleep", "1"});
    wait_for_status(job, "started");
    doomed->signal(SIGKILL);
    doomed->wait();
    const auto heir = start_worker();
    wait_for_status(job, "finished");
    BOOST_TEST(queue_db({"HGET", "rq:job:" + job, "freshet:reaped"}) == "1");
    BOOST_TEST(queue_db({"XLEN", "rq:results:" + job}) == "1");
    BOOST_TEST(contains(heir->output(), "went silent"), heir->output());
}

BOOST_AUTO_TEST_CASE(what_others_began_to_take_or_to_enqueue_is_run) {
    const auto taken = enqueue({"noop"}), released = enqueue({"noop"});
    queue_db({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    queue_db({"LPOP", "rq:queue:default"});
    queue_db({"HSET", "rq:job:" + released, "status", "ready_to_enqueue"});
    queue_db({"ZADD", "rq:ready:default", "1", released});
    const auto worker = start_worker();
    wait_for_status(taken, "finished");
    wait_for_status(released, "finished");
    BOOST_TEST(queue_db({"EXISTS", "rq:queue:default:intermediate", "rq:ready:default"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_frozen_worker_that_wakes_up_late_changes_nothing) {
    make_run("r1");
    const auto go = folder.path() / "go";
    const auto program = make_program("waits", "while [ ! -e " + go.string() +
                                                   " ]; do sleep 0.01; done\nexec " FRESHET_BIN_DIR
                                                   "/freshet-climate \"$@\"\n");
    const auto frozen = start_worker({"--cligen", program.string()});
    const auto job = enqueue({"build_climate", "r1"});
    wait_for_status(job, "started");
    const auto first_execution = queue_db({"HGET", "rq:job:" + job, "freshet:execution"});
    frozen->signal(SIGSTOP);

    const auto heir = start_worker();
    wait_for_status(job, "finished");
    const auto stamp = runs_db({"HGET", "r1", "timestamps:build_climate"});
    const auto cli_time = std::filesystem::last_write_time(runs_root / "r1/climate/seattle.cli");
    BOOST_TEST(queue_db({"HGET", "rq:job:" + job, "freshet:completed"}) != first_execution);

    cache_db({"SET", "nodb_cache:r1:climate", "filled since"});
    write_text(go, "");
    frozen->signal(SIGCONT);
    frozen->wait_for_output("lease");
    frozen->signal(SIGTERM);
    BOOST_TEST(frozen->wait() == 0);

    BOOST_TEST(queue_db({"XLEN", "rq:results:" + job}) == "1");
    BOOST_TEST(runs_db({"HGET", "r1", "timestamps:build_climate"}) == stamp);
    BOOST_TEST(cache_db({"GET", "nodb_cache:r1:climate"}) == "filled since");
    BOOST_TEST((std::filesystem::last_write_time(runs_root / "r1/climate/seattle.cli") == cli_time));
}

BOOST_AUTO_TEST_CASE(a_job_that_kills_its_workers_is_given_up) {
    const auto job = enqueue({"sleep", "1000"});
    for (int death = 0; death < 2; ++death) {
        auto doomed = start_worker({"--max-reaped", "2"});
        wait_for_status(job, "started");
        doomed->signal(SIGKILL);
        doomed->wait();
        const auto survivor = start_worker({"--max-reaped", "2", "--queue", "other"});
        eventually("the job was taken back", [&] { return status_of(job) != "started"; });
    }
    BOOST_TEST(status_of(job) == "failed");
    BOOST_TEST(contains(error_of(job), "Abandoned"), error_of(job));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
