#include "jobs/doctor/doctor.hpp"

#include "jobs/queue/operations.hpp"
#include "tests/interop/python.hpp"
#include "tests/support/queue_fixture.hpp"

#include <fmt/format.h>

#include <functional>
#include <set>

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
    void set_status(const std::string& id, const std::string& word) {
        ask({"HSET", keys::job(id), "status", word});
    }

    /// A queued job, a running one, a deferred one, a scheduled one, ended ones, and what hangs on them.
    void make_healthy_jobs() {
        for (const std::string id : {"finished", "failed", "running", "queued"})
            enqueue(job(id));
        enqueue(child("deferred", {"queued", "failed"}));
        auto later = job("scheduled");
        later.due = std::chrono::sys_seconds(std::chrono::seconds(4'000'000'000));
        enqueue(later);
        complete(finished(claim_one()));
        complete(failed(claim_one()));
        beat(claim_one());
        enqueue(job("canceled"));
        wait(Operations(redis).cancel({"canceled"}));
    }
};

struct Row {
    const char* what;
    std::function<void(Fixture&)> plant;
    std::string found;
    std::function<bool(Fixture&)> repaired;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
        {"a queued job on no list",
            [](Fixture& f) {
                f.ask({"LREM", "rq:queue:default", "0", "queued"});
            },
            "nowhere queued: queued, but not on queue default\n",
            [](Fixture& f) {
                return f.listed("default") == "queued";
            }},
        {"a scheduled job without its time",
            [](Fixture& f) {
                f.ask({"ZREM", "rq:scheduled:default", "scheduled"});
            },
            "nowhere scheduled: scheduled, but not in rq:scheduled:default\n",
            [](Fixture& f) {
                return f.status("scheduled") == "queued" && f.listed("default") == "queued,scheduled";
            }},
        {"a deferred job in no registry",
            [](Fixture& f) {
                f.ask({"ZREM", "rq:deferred:default", "deferred"});
            },
            "nowhere deferred: deferred, but not in rq:deferred:default\n",
            [](Fixture& f) {
                return f.registered("deferred", "default", "deferred");
            }},
        {"a started job without lease",
            [](Fixture& f) {
                f.ask({"DEL", "freshet:leases"});
            },
            "started_without_lease running: started by host.1.1, which holds no lease for it\n",
            [](Fixture& f) {
                return f.status("running") == "queued" && f.listed("default") == "running,queued" &&
                       !f.registered("wip", "default", "running");
            }},
        {"a job of a dead worker of RQ",
            [](Fixture& f) {
                f.ask({"HSET", "rq:job:queued", "status", "started", "worker_name", "python"});
                f.ask({"LREM", "rq:queue:default", "0", "queued"});
            },
            "started_without_lease queued: started by python, which is gone\n",
            [](Fixture& f) {
                return f.status("queued") == "queued" && f.listed("default") == "queued";
            }},
        {"a deferred job whose dependencies are met",
            [](Fixture& f) {
                f.set_status("failed", "finished");
                f.ask({"ZREM", "rq:failed:default", "failed"});
                f.ask({"SREM", "rq:job::deferred:dependencies", "queued"});
                f.ask({"SREM", "rq:job:queued:dependents", "deferred"});
            },
            "deferred_with_met_dependencies deferred: waits for failed: all ended or gone\n",
            [](Fixture& f) {
                return f.status("deferred") == "queued" && f.listed("default") == "queued,deferred";
            }},
        {"an id that nobody claims",
            [](Fixture& f) {
                f.ask({"LMOVE", "rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT"});
            },
            "stuck_on_intermediate queued: on rq:queue:default:intermediate, and no worker claims it\n",
            [](Fixture& f) {
                return f.listed("default") == "queued" && !f.exists("rq:queue:default:intermediate");
            }},
        {"an id twice on a list",
            [](Fixture& f) {
                f.ask({"RPUSH", "rq:queue:default", "queued", "queued"});
            },
            "listed_twice queued: on rq:queue:default 3 times\n",
            [](Fixture& f) {
                return f.listed("default") == "queued";
            }},
        {"an id without job on a list",
            [](Fixture& f) {
                f.ask({"RPUSH", "rq:queue:default", "ghost"});
            },
            "listed_without_job ghost: on rq:queue:default, but there is no such job\n",
            [](Fixture& f) {
                return f.listed("default") == "queued";
            }},
        {"a finished job on a list",
            [](Fixture& f) {
                f.ask({"RPUSH", "rq:queue:default", "finished"});
            },
            "listed_in_another_state finished: on rq:queue:default, but it is finished\n",
            [](Fixture& f) {
                return f.listed("default") == "queued";
            }},
        {"a registry's member without job",
            [](Fixture& f) {
                f.ask({"ZADD", "rq:failed:default", "1", "ghost"});
            },
            "registered_without_job ghost: in rq:failed:default, but there is no such job\n",
            [](Fixture& f) {
                return !f.registered("failed", "default", "ghost");
            }},
        {"an execution of RQ 2 without job",
            [](Fixture& f) {
                f.ask({"ZADD", "rq:wip:default", "1", "ghost:e1"});
            },
            "registered_without_job ghost:e1: in rq:wip:default, but there is no such job\n",
            [](Fixture& f) {
                return !f.registered("wip", "default", "ghost:e1");
            }},
        {"a finished job that is registered as scheduled",
            [](Fixture& f) {
                f.ask({"ZADD", "rq:scheduled:default", "1", "finished"});
            },
            "registered_in_another_state finished: in rq:scheduled:default, but it is finished\n",
            [](Fixture& f) {
                return !f.registered("scheduled", "default", "finished");
            }},
        {"a failed job that is registered as running",
            [](Fixture& f) {
                f.ask({"ZADD", "rq:wip:default", "1", "failed"});
            },
            "wip_of_idle_job failed: in rq:wip:default, but it is failed\n",
            [](Fixture& f) {
                return !f.registered("wip", "default", "failed");
            }},
        {"dependents that do not wait",
            [](Fixture& f) {
                f.ask({"SADD", "rq:job:failed:dependents", "finished", "ghost"});
            },
            "dependents_left_over failed: finished, ghost do not wait for it any more\n",
            [](Fixture& f) {
                return f.ask({"SMEMBERS", "rq:job:failed:dependents"}) == "deferred";
            }},
        {"dependencies of a job that is gone",
            [](Fixture& f) {
                f.ask({"SADD", "rq:job::ghost:dependencies", "finished"});
            },
            "dependencies_left_over ghost: rq:job::ghost:dependencies never expires, but there is no such "
            "job\n",
            [](Fixture& f) {
                return !f.exists("rq:job::ghost:dependencies");
            }},
        {"results of a job that is gone",
            [](Fixture& f) {
                f.ask({"XADD", "rq:results:ghost", "*", "type", "1"});
            },
            "results_without_ttl ghost: rq:results:ghost never expires, but there is no such job\n",
            [](Fixture& f) {
                return !f.exists("rq:results:ghost");
            }},
        {"results that outlive their job",
            [](Fixture& f) {
                f.ask({"PERSIST", "rq:results:failed"});
            },
            "results_without_ttl failed: rq:results:failed never expires, its job does\n",
            [](Fixture& f) {
                return f.ttl("rq:results:failed") > 400;
            }},
        {"an ended job that never expires",
            [](Fixture& f) {
                f.ask({"PERSIST", "rq:job:finished"});
            },
            "ended_without_ttl finished: finished, and never expires\n",
            [](Fixture& f) {
                return f.ttl("rq:job:finished") > 400;
            }},
        {"a dead worker",
            [](Fixture& f) {
                f.ask({"SADD", "rq:workers:default", "rq:worker:gone"});
            },
            "dead_worker rq:worker:gone: in rq:workers:default, but it is dead\n",
            [](Fixture& f) {
                return !f.exists("rq:workers:default");
            }},
        {"a queue that is not listed",
            [](Fixture& f) {
                f.ask({"DEL", "rq:queues"});
            },
            "unknown_queue rq:queue:default: has 1 jobs, but is not in rq:queues\n",
            [](Fixture& f) {
                return f.ask({"SMEMBERS", "rq:queues"}) == "rq:queue:default";
            }},
    };
    return all;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(doctor, Fixture)

BOOST_AUTO_TEST_CASE(jobs_in_every_state_are_healthy) {
    make_healthy_jobs();
    BOOST_TEST(text_of(examine()) == "");
}

BOOST_AUTO_TEST_CASE(each_trouble_is_found_alone_explained_repaired_and_gone_at_the_second_look) {
    std::set<Trouble> seen;
    for (const Row& row : rows()) {
        BOOST_TEST_CONTEXT(row.what) {
            server.command({"FLUSHALL"});
            make_healthy_jobs();
            row.plant(*this);
            const auto findings = examine();
            BOOST_TEST(text_of(findings) == row.found);
            BOOST_TEST((wait(doctor.fix(findings)) == std::vector<bool>(findings.size(), true)));
            BOOST_TEST(row.repaired(*this));
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
    for (const Row& row : rows()) {
        BOOST_TEST_CONTEXT(row.what) {
            server.command({"FLUSHALL"});
            make_healthy_jobs();
            row.plant(*this);
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
