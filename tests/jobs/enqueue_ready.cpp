#include "jobs/queue/operations.hpp"
#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

struct Fixture : tests::QueueFixture {
    /// As a worker of RQ 3.0 leaves a dependent between its two steps.
    void leave_ready(const std::string& id) {
        enqueue(child(id, {"parent"}));
        ask({"ZREM", "rq:deferred:default", id});
        ask({"HSET", "rq:job:" + id, "status", "ready_to_enqueue"});
        ask({"ZADD", "rq:ready:default", std::to_string(server_time()), id});
    }
    std::size_t enqueue_ready(std::size_t limit = 10) { return wait(queue.enqueue_ready("default", limit)); }

    Receipt parent = enqueue(job("parent", "high"));
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(enqueue_ready, Fixture)

BOOST_AUTO_TEST_CASE(what_is_ready_is_queued_and_nothing_else_is) {
    struct Row {
        const char* what;
        Words change;
        std::size_t queued;
        const char* listed;
        bool stays;
    };
    for (const Row& row : {Row{"as it was left", {"PING"}, 1, "waits,a", false},
             Row{"at front", {"HSET", "rq:job:a", "enqueue_at_front", "1"}, 1, "a,waits", false},
             Row{"empty rate limit", {"HSET", "rq:job:a", "rate_limit_key", ""}, 1, "waits,a", false},
             Row{"rate limit", {"HSET", "rq:job:a", "rate_limit_key", "k"}, 0, "waits", true},
             Row{"canceled", {"HSET", "rq:job:a", "status", "canceled"}, 0, "waits", false},
             Row{"queued", {"HSET", "rq:job:a", "status", "queued"}, 0, "waits", false},
             Row{"gone", {"DEL", "rq:job:a"}, 0, "waits", false}}) {
        server.command({"FLUSHALL"});
        enqueue(job("parent", "high"));
        enqueue(job("waits"));
        leave_ready("a");
        ask(row.change);
        BOOST_TEST(enqueue_ready() == row.queued, row.what);
        BOOST_TEST(listed("default") == row.listed, row.what);
        BOOST_TEST(registered("ready", "default", "a") == row.stays, row.what);
        BOOST_TEST(enqueue_ready() == 0U, row.what);
    }
}

BOOST_AUTO_TEST_CASE(a_job_that_was_queued_can_start) {
    leave_ready("a");
    enqueue_ready();
    BOOST_TEST(status("a") == "queued");
    BOOST_TEST(from_rq_text(field("a", "enqueued_at")).has_value());
    BOOST_TEST(ids_of(claim(2)) == "parent,a");
}

BOOST_AUTO_TEST_CASE(no_more_are_queued_than_asked) {
    for (const char* id : {"a", "b", "c"})
        leave_ready(id);
    BOOST_TEST(enqueue_ready(2) == 2U);
    BOOST_TEST(enqueue_ready(2) == 1U);
}

BOOST_AUTO_TEST_CASE(a_ready_job_can_be_canceled_and_deleted) {
    Operations operations(redis);
    for (const char* id : {"a", "b"})
        leave_ready(id);
    BOOST_TEST((wait(operations.cancel({"a"})).front() == Canceled::canceled));
    BOOST_TEST((wait(operations.remove({"b"})).front() == Deleted::deleted));
    BOOST_TEST(!exists("rq:ready:default"));
    BOOST_TEST(enqueue_ready() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
