#include "jobs/doctor/doctor.hpp"

#include "jobs/queue/operations.hpp"
#include "tests/interop/python.hpp"
#include "tests/support/queue_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    Doctor doctor{redis, {.settle = std::chrono::milliseconds(0)}};

    /// `<trouble> <subject>: <found>`, one a line.
    static std::string text_of(const std::vector<Finding>& findings) {
        std::string text;
        for (const auto& one : findings)
            text += fmt::format("{} {}: {}\n", describe(one.trouble).name, one.subject.back(), one.found);
        return text;
    }
    std::vector<Finding> examine() { return wait(doctor.examine()); }

    /// A command of words with spaces between; the elements of its reply with commas.
    std::string reply_to(const std::string& command) const {
        std::istringstream in(command);
        auto reply = ask(Words(std::istream_iterator<std::string>(in), {}));
        std::ranges::replace(reply, '\n', ',');
        return reply;
    }
    /// Commands with `; ` between.
    void plant(const std::string& commands) const {
        std::istringstream in(commands);
        for (std::string command; std::getline(in, command, ';');)
            reply_to(command);
    }

    /// A queued job, a running one and one that waits for its key, a deferred one, a scheduled one, ended
    /// ones, and what hangs on them.
    void make_healthy_jobs() {
        for (const char* id : {"finished", "failed"})
            enqueue(job(id));
        for (const char* id : {"running", "waiting"}) {
            auto keyed = job(id);
            keyed.key = "k";
            enqueue(keyed);
        }
        complete(finished(claim_one()));
        const auto failing = claim_one();
        beat(claim_one());
        BOOST_TEST_REQUIRE(claim().empty());
        enqueue(job("queued"));
        enqueue(child("deferred", {"queued", "failed"}));
        complete(failed(failing));
        auto later = job("scheduled");
        later.due = std::chrono::sys_seconds(std::chrono::seconds(4'000'000'000));
        enqueue(later);
        enqueue(job("canceled"));
        wait(Operations(redis).cancel({"canceled"}));
    }
};

/// What `look` replies once it is repaired; that nothing else is wrong then is looked for as well.
struct Row {
    const char *what, *plant, *found, *look, *repaired;
};

constexpr Row rows[] = {
    {"a queued job on no list", "LREM rq:queue:default 0 queued",
        "nowhere queued: queued, but not on queue default", "LRANGE rq:queue:default 0 -1", "queued"},
    {"a queued job that waits for its key on no list", "LREM freshet:key:k:waiting 0 waiting",
        "nowhere waiting: queued, but not on queue default", "LRANGE rq:queue:default 0 -1",
        "queued,waiting"},
    {"a scheduled job without its time", "ZREM rq:scheduled:default scheduled",
        "nowhere scheduled: scheduled, but not in rq:scheduled:default", "LRANGE rq:queue:default 0 -1",
        "queued,scheduled"},
    {"a deferred job in no registry", "ZREM rq:deferred:default deferred",
        "nowhere deferred: deferred, but not in rq:deferred:default", "ZRANGE rq:deferred:default 0 -1",
        "deferred"},
    {"a started job without lease", "DEL freshet:leases",
        "started_without_lease running: started by host.1.1, which holds no lease for it",
        "LRANGE rq:queue:default 0 -1", "running,queued"},
    {"a job of a dead worker of RQ",
        "HSET rq:job:queued status started worker_name python; LREM rq:queue:default 0 queued",
        "started_without_lease queued: started by python, which is gone", "LRANGE rq:queue:default 0 -1",
        "queued"},
    {"a started job of no worker", "HSET rq:job:queued status started; LREM rq:queue:default 0 queued",
        "started_without_lease queued: started, but by no worker", "LRANGE rq:queue:default 0 -1", "queued"},
    {"a deferred job whose dependencies are met",
        "HSET rq:job:failed status finished; ZREM rq:failed:default failed; "
        "SREM rq:job::deferred:dependencies queued; SREM rq:job:queued:dependents deferred",
        "deferred_with_met_dependencies deferred: waits for failed: all ended or gone",
        "LRANGE rq:queue:default 0 -1", "queued,deferred"},
    {"an id that nobody claims", "LMOVE rq:queue:default rq:queue:default:intermediate LEFT RIGHT",
        "stuck_on_intermediate queued: on rq:queue:default:intermediate, and no worker claims it",
        "LRANGE rq:queue:default 0 -1", "queued"},
    {"a key that nobody passed on", "DEL freshet:key:k",
        "key_not_passed_on k: waiting waits for it, though only 0 of 1 hold it",
        "LRANGE rq:queue:default 0 -1", "waiting,queued"},
    {"a key that a finished job holds", "SREM freshet:key:k running; SADD freshet:key:k finished",
        "key_held_by_idle_job finished: holds key k, but it is finished", "LRANGE rq:queue:default 0 -1",
        "waiting,queued"},
    {"a key that a lost job holds", "SADD freshet:key:k ghost",
        "key_held_by_idle_job ghost: holds key k, but there is no such job", "SMEMBERS freshet:key:k",
        "running"},
    {"an id twice on a list", "RPUSH rq:queue:default queued queued",
        "listed_twice queued: on rq:queue:default 3 times", "LRANGE rq:queue:default 0 -1", "queued"},
    {"an id without job on a list", "RPUSH rq:queue:default ghost",
        "listed_without_job ghost: on rq:queue:default, but there is no such job",
        "LRANGE rq:queue:default 0 -1", "queued"},
    {"an id without job set aside for a slot", "RPUSH rq:queue:default:cpu ghost",
        "listed_without_job ghost: on rq:queue:default:cpu, but there is no such job",
        "EXISTS rq:queue:default:cpu", "0"},
    {"an id without job that waits for a key", "RPUSH freshet:key:k:waiting ghost",
        "listed_without_job ghost: on freshet:key:k:waiting, but there is no such job",
        "LRANGE freshet:key:k:waiting 0 -1", "waiting"},
    {"a finished job on a list", "RPUSH rq:queue:default finished",
        "listed_in_another_state finished: on rq:queue:default, but it is finished",
        "LRANGE rq:queue:default 0 -1", "queued"},
    {"a finished job that waits for a key", "RPUSH freshet:key:k:waiting finished",
        "listed_in_another_state finished: on freshet:key:k:waiting, but it is finished",
        "LRANGE freshet:key:k:waiting 0 -1", "waiting"},
    {"a registry's member without job", "ZADD rq:failed:default 1 ghost",
        "registered_without_job ghost: in rq:failed:default, but there is no such job",
        "ZRANGE rq:failed:default 0 -1", "failed"},
    {"an execution of RQ 2 without job", "ZADD rq:wip:default 1 ghost:e1",
        "registered_without_job ghost:e1: in rq:wip:default, but there is no such job",
        "ZRANGE rq:wip:default 0 -1", "running"},
    {"a finished job that is registered as scheduled", "ZADD rq:scheduled:default 1 finished",
        "registered_in_another_state finished: in rq:scheduled:default, but it is finished",
        "ZRANGE rq:scheduled:default 0 -1", "scheduled"},
    {"a failed job that is registered as running", "ZADD rq:wip:default 1 failed",
        "wip_of_idle_job failed: in rq:wip:default, but it is failed", "ZRANGE rq:wip:default 0 -1",
        "running"},
    {"a failed job in no registry", "ZREM rq:failed:default failed",
        "failed_unregistered failed: failed, but not in rq:failed:default", "ZRANGE rq:failed:default 0 -1",
        "failed"},
    {"dependents that do not wait", "SADD rq:job:failed:dependents finished ghost",
        "dependents_left_over failed: finished, ghost do not wait for it any more",
        "SMEMBERS rq:job:failed:dependents", "deferred"},
    {"dependencies of a job that is gone", "SADD rq:job::ghost:dependencies finished",
        "dependencies_left_over ghost: rq:job::ghost:dependencies never expires, but there is no such job",
        "EXISTS rq:job::ghost:dependencies", "0"},
    {"results of a job that is gone", "XADD rq:results:ghost * type 1",
        "results_without_ttl ghost: rq:results:ghost never expires, but there is no such job",
        "EXISTS rq:results:ghost", "0"},
    {"results that outlive their job", "PERSIST rq:results:failed",
        "results_without_ttl failed: rq:results:failed never expires, its job does",
        "EXISTS rq:results:failed", "1"},
    {"an ended job that never expires", "PERSIST rq:job:finished",
        "ended_without_ttl finished: finished, and never expires", "EXISTS rq:job:finished", "1"},
    {"a dead worker", "SADD rq:workers:default rq:worker:gone",
        "dead_worker rq:worker:gone: in rq:workers:default, but it is dead", "EXISTS rq:workers:default",
        "0"},
    {"a worker that wrote its entry again",
        "SADD rq:workers rq:worker:late; HSET rq:worker:late failed_job_count 1",
        "dead_worker rq:worker:late: in rq:workers, but its entry never expires", "TTL rq:worker:late",
        "480"},
    {"a queue that is not listed", "DEL rq:queues",
        "unknown_queue rq:queue:default: has 7 jobs, but is not in rq:queues", "SMEMBERS rq:queues",
        "rq:queue:default"},
    {"a queue of failed jobs only that is not listed",
        "HSET rq:job:lost status failed origin other; "
        "EXPIRE rq:job:lost 1000; ZADD rq:failed:other 4000000000 lost",
        "unknown_queue rq:queue:other: has 1 jobs, but is not in rq:queues",
        "SISMEMBER rq:queues rq:queue:other", "1"},
    {"a key that no janitor looks after", "DEL freshet:keys",
        "unknown_key k: 1 jobs wait for it, but it is not in freshet:keys", "SMEMBERS freshet:keys", "k"},
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(doctor, Fixture)

BOOST_AUTO_TEST_CASE(jobs_in_every_state_are_healthy) {
    make_healthy_jobs();
    BOOST_TEST(text_of(examine()) == "");
}

BOOST_AUTO_TEST_CASE(each_trouble_is_found_alone_explained_repaired_and_gone_at_the_second_look) {
    std::set<Trouble> seen;
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.what) {
            server.command({"FLUSHALL"});
            make_healthy_jobs();
            plant(row.plant);
            const auto findings = examine();
            BOOST_TEST(text_of(findings) == fmt::format("{}\n", row.found));
            BOOST_TEST((wait(doctor.fix(findings)) == std::vector<bool>(findings.size(), true)));
            BOOST_TEST(reply_to(row.look) == row.repaired);
            BOOST_TEST(text_of(examine()) == "");
            for (const auto& one : findings)
                seen.insert(one.trouble);
        }
    }
    for (const auto& trouble : all_troubles()) {
        BOOST_TEST(seen.contains(trouble.trouble), trouble.name);
        BOOST_TEST(!trouble.meaning.empty());
        BOOST_TEST(!trouble.remedy.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_was_repaired_by_somebody_else_meanwhile_is_left_alone) {
    for (const Row& row : rows) {
        BOOST_TEST_CONTEXT(row.what) {
            server.command({"FLUSHALL"});
            make_healthy_jobs();
            plant(row.plant);
            const auto findings = examine();
            wait(doctor.fix(findings));
            const auto before = ask({"DBSIZE"}) + listed("default");
            BOOST_TEST((wait(doctor.fix(findings)) == std::vector<bool>(findings.size(), false)));
            BOOST_TEST(ask({"DBSIZE"}) + listed("default") == before);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_repaired_while_the_doctor_waits_is_no_finding) {
    Doctor patient(redis, {.settle = std::chrono::milliseconds(200)});
    enqueue(job("a"));
    ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
    std::vector<Finding> findings;
    const auto look = [&]() -> boost::asio::awaitable<void> {
        auto found = co_await patient.examine();
        findings = found.value();
    };
    const auto claim_it = [&]() -> boost::asio::awaitable<void> {
        ClaimRequest request;
        request.workers = {"host.1.1"};
        request.taken = {{"default", "a"}};
        auto got = co_await queue.claim(std::move(request));
        BOOST_TEST(got.value().jobs.size() == 1U);
    };
    std::vector<boost::asio::awaitable<void>> both;
    both.push_back(look());
    both.push_back(claim_it());
    tests::run_coroutine(context, tests::all(std::move(both)));
    BOOST_TEST(text_of(findings) == "");
}

BOOST_AUTO_TEST_CASE(what_rq_leaves_behind_is_found_and_repaired) {
    tests::python(server.socket(), R"(
default.enqueue('operator.add', 1, 2, job_id='first')
default.enqueue('operator.add', 1, 2, job_id='second')
default.enqueue('operator.add', 1, 2, job_id='child', depends_on=['first', 'second'])
SimpleWorker([default], connection=connection).work(burst=True)

default.enqueue('operator.add', 1, 2, job_id='deleted')
default.enqueue('operator.add', 1, 2, job_id='waiting', depends_on='deleted')
Job.fetch('deleted', connection=connection).delete()

default.enqueue('operator.add', 1, 2, job_id='canceled').cancel()

default.enqueue('operator.add', 1, 2, job_id='popped')
default.pop_job_id()  # and the worker dies
)");
    const auto findings = examine();
    BOOST_TEST(text_of(findings) ==
               "nowhere popped: queued, but not on queue default\n"
               "deferred_with_met_dependencies waiting: waits for deleted: all ended or gone\n"
               "dependents_left_over first: child do not wait for it any more\n"
               "ended_without_ttl canceled: canceled, and never expires\n");
    wait(doctor.fix(findings));
    BOOST_TEST(text_of(examine()) == "");
    BOOST_TEST(listed("default") == "popped,waiting");
}

// As RQ 2 writes them.
BOOST_AUTO_TEST_CASE(what_rq_means_to_leave_is_no_finding) {
    make_healthy_jobs();
    plant("SET rq:queue:default:intermediate:first_seen:queued 1763740800.5; "
          "HSET rq:job:scheduled repeats_left 1; ZADD rq:finished:default 4000000000 scheduled; "
          "SADD rq:job:failed:dependents canceled");
    BOOST_TEST(text_of(examine()) == "");
}

BOOST_AUTO_TEST_CASE(a_key_of_another_kind_is_named) {
    plant("SADD rq:queues rq:queue:default; SET rq:queue:default text");
    const auto found = result_of(doctor.examine());
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST(
        found.error().message.starts_with("rq:queue:default: LRANGE: WRONGTYPE"), found.error().message);
}

BOOST_AUTO_TEST_CASE(many_jobs_are_looked_at_in_batches) {
    std::vector<NewJob> jobs;
    for (int i = 0; i < 1'500; ++i)
        jobs.push_back(job(fmt::format("j{}", i)));
    wait(producer.enqueue_all(std::move(jobs)));
    for (int i = 0; i < 600; ++i)
        ask({"ZADD", "rq:finished:default", "1", fmt::format("ghost{}", i)});
    ask({"LREM", "rq:queue:default", "0", "j777"});
    const auto findings = examine();
    BOOST_TEST(findings.size() == 601U);
    BOOST_TEST(findings.at(0).subject.back() == "j777");
    wait(doctor.fix(findings));
    BOOST_TEST(text_of(examine()) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
