#include "jobs/queue/schedule.hpp"

#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

using std::chrono::seconds;

struct Fixture : tests::QueueFixture {
    Schedule schedule{redis, {"high", "default"}};

    void enqueue_at(const std::string& id, std::int64_t due, NewJob::Place place = NewJob::Place::back) {
        auto later = job(id);
        later.due = std::chrono::sys_seconds(seconds(due));
        later.place = place;
        enqueue(later);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(schedule, Fixture)

BOOST_AUTO_TEST_CASE(what_is_due_goes_on_its_queue_and_the_rest_waits) {
    const auto now = server_time();
    enqueue_at("second", now - 5);
    enqueue_at("first", now - 10);
    enqueue_at("later", now + 1'000);
    const auto moved = wait(schedule.move_due());
    BOOST_TEST(moved.jobs == 2U);
    BOOST_TEST_REQUIRE(moved.next_due.has_value());
    BOOST_TEST(moved.next_due->time_since_epoch().count() == now + 1'000);
    BOOST_TEST(listed("default") == "first,second");
    BOOST_TEST(status("first") == "queued");
    BOOST_TEST(from_rq_text(field("first", "enqueued_at")).has_value());
    BOOST_TEST(status("later") == "scheduled");
    BOOST_TEST(wait(schedule.move_due()).jobs == 0U);
}

BOOST_AUTO_TEST_CASE(without_scheduled_jobs_nothing_is_locked) {
    const auto moved = wait(schedule.move_due());
    BOOST_TEST(moved.jobs == 0U);
    BOOST_TEST(!moved.next_due.has_value());
    BOOST_TEST(ask({"KEYS", "*"}) == "");
}

BOOST_AUTO_TEST_CASE(an_impatient_job_goes_to_the_front) {
    enqueue(job("waits"));
    enqueue_at("a", 1, NewJob::Place::front);
    wait(schedule.move_due());
    BOOST_TEST(listed("default") == "a,waits");
}

BOOST_AUTO_TEST_CASE(a_member_that_is_not_scheduled_any_more_is_dropped) {
    for (const char* id : {"canceled", "queued", "gone"})
        enqueue_at(id, 1);
    ask({"HSET", "rq:job:canceled", "status", "canceled"});
    ask({"HSET", "rq:job:queued", "status", "queued"});
    ask({"DEL", "rq:job:gone"});
    BOOST_TEST(wait(schedule.move_due()).jobs == 0U);
    BOOST_TEST(!exists("rq:scheduled:default"));
    BOOST_TEST(listed("default") == "");
}

BOOST_AUTO_TEST_CASE(a_member_whose_hash_is_still_to_come_is_waited_for) {
    ask({"ZADD", "rq:scheduled:default", std::to_string(server_time()), "soon"});
    BOOST_TEST(wait(schedule.move_due()).jobs == 0U);
    BOOST_TEST(registered("scheduled", "default", "soon"));
}

BOOST_AUTO_TEST_CASE(a_queue_that_another_scheduler_has_locked_is_left_to_it) {
    enqueue_at("a", 1);
    ask({"SET", "rq:scheduler-lock:default", "4711", "EX", "61"});
    BOOST_TEST(wait(schedule.move_due()).jobs == 0U);
    BOOST_TEST(ask({"GET", "rq:scheduler-lock:default"}) == "4711");
    wait(schedule.leave());
    BOOST_TEST(exists("rq:scheduler-lock:default"));
    ask({"DEL", "rq:scheduler-lock:default"});
    BOOST_TEST(wait(schedule.move_due()).jobs == 1U);
}

BOOST_AUTO_TEST_CASE(a_lock_is_held_between_calls_and_given_up_at_the_end) {
    enqueue_at("a", server_time() + 1'000);
    Schedule other(redis, {"default"});
    wait(schedule.move_due());
    BOOST_TEST(ttl("rq:scheduler-lock:default") > 0);
    BOOST_TEST(!wait(other.move_due()).next_due.has_value());
    wait(schedule.leave());
    BOOST_TEST(wait(other.move_due()).next_due.has_value());
}

BOOST_AUTO_TEST_CASE(the_limit_holds_for_each_queue) {
    for (const char* id : {"a", "b", "c"})
        enqueue_at(id, 1);
    const auto first = wait(schedule.move_due(2));
    BOOST_TEST(first.jobs == 2U);
    BOOST_TEST_REQUIRE(first.next_due.has_value());
    BOOST_TEST(first.next_due->time_since_epoch().count() == 1);
    BOOST_TEST(wait(schedule.move_due(2)).jobs == 1U);
}

BOOST_AUTO_TEST_CASE(a_queue_ttl_counts_from_the_moment_when_the_job_is_queued) {
    auto later = job("a");
    later.due = std::chrono::sys_seconds(seconds(1));
    later.queue_ttl = seconds(50);
    enqueue(later);
    BOOST_TEST(ttl("rq:job:a") == -1);
    wait(schedule.move_due());
    BOOST_TEST(ttl("rq:job:a") > 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
