#include "jobs/queue/scripts.hpp"
#include "tests/support/queue_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    std::int64_t abandon(const Lease& lease) {
        Words arguments{"2026-01-01T00:00:00.000000Z", lease.job_id, lease.execution, "packed", "cGFja2Vk"};
        const auto reply = wait(redis.run_script(scripts::abandon(), {}, std::move(arguments)));
        return reply[0].integer();
    }
    bool has_lease(const Lease& lease) const {
        return ask({"ZSCORE", "freshet:leases", lease.job_id + ":" + lease.execution}) != "(nil)";
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(abandon, Fixture)

BOOST_AUTO_TEST_CASE(a_job_without_a_living_worker_fails_for_good) {
    enqueue(job("a"));
    enqueue(child("child", {"a"}));
    const auto lease = claim_one();
    let_expire(lease);
    BOOST_TEST(Fixture::abandon(lease) == 1);
    BOOST_TEST(status("a") == "failed");
    BOOST_TEST(field("a", "exc_info") == "packed");
    BOOST_TEST(registered("failed", "default", "a"));
    BOOST_TEST(!registered("wip", "default", "a"));
    BOOST_TEST(!has_lease(lease));
    BOOST_TEST(status("child") == "deferred");
    BOOST_TEST(Fixture::abandon(lease) == 0);
}

// Between the script that finds poison and this one anything may happen.
BOOST_AUTO_TEST_CASE(one_that_has_gone_on_meanwhile_is_left_alone) {
    struct Row {
        const char* what;
        std::vector<Words> meanwhile;
        const char* status;
        bool keeps_lease;
    };
    for (const Row& row : std::vector<Row>{
             {"the lease was renewed", {{"ZADD", "freshet:leases", "9999999999999", "a:e"}}, "started", true},
             {"it was completed",
                 {{"ZREM", "freshet:leases", "a:e"}, {"HSET", "rq:job:a", "status", "finished"}}, "finished",
                 false},
             {"it was canceled", {{"HSET", "rq:job:a", "status", "canceled"}}, "canceled", false},
             {"another execution has it", {{"HSET", "rq:job:a", "freshet:execution", "f"}}, "started", false},
             {"its record is gone", {{"DEL", "rq:job:a"}}, "(nil)", false}}) {
        server.command({"FLUSHALL"});
        enqueue(job("a"));
        auto lease = claim_one();
        ask({"ZREM", "freshet:leases", "a:" + lease.execution});
        lease.execution = "e";
        ask({"HSET", "rq:job:a", "freshet:execution", "e"});
        ask({"ZADD", "freshet:leases", "1", "a:e"});
        for (const Words& command : row.meanwhile)
            ask(command);
        BOOST_TEST(Fixture::abandon(lease) == 0, row.what);
        BOOST_TEST(status("a") == row.status, row.what);
        BOOST_TEST(has_lease(lease) == row.keeps_lease, row.what);
        BOOST_TEST(!registered("failed", "default", "a"), row.what);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
