#include "jobs/queue/operations.hpp"
#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

/// Jobs that lack a slot of their kind wait beside their queue.
struct Fixture : tests::QueueFixture {
    Admission set_aside(const Lease& lease, const std::string& kind = "cpu") {
        return wait(queue.admit({.lease = lease, .missing_kind = kind}));
    }
    std::vector<ClaimedJob> claim_with(std::size_t cpu, std::size_t io) {
        ClaimRequest request;
        for (std::size_t i = 0; i < cpu + io; ++i)
            request.workers.push_back("w." + std::to_string(i));
        request.free_of_kind = {{"cpu", cpu}, {"io", io}};
        return wait(queue.claim(std::move(request))).jobs;
    }
    void enqueue_these(const std::string& ids, const std::string& name = "default") {
        std::istringstream in(ids);
        for (std::string id; in >> id;)
            enqueue(job(id, name));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(set_aside, Fixture)

BOOST_AUTO_TEST_CASE(they_are_claimed_first_by_who_has_such_a_slot_and_in_their_order) {
    enqueue_these("a b c");
    for (const auto& claimed : claim(2))
        BOOST_TEST((set_aside(claimed.lease) == Admission::aside));
    BOOST_TEST(listed("default:cpu") == "a,b");
    BOOST_TEST(status("a") == "queued");
    BOOST_TEST(field("a", "origin") == "default");
    BOOST_TEST(ask({"SISMEMBER", "rq:queues", "rq:queue:default:cpu"}) == "1");
    BOOST_TEST(ids_of(claim_with(0, 3)) == "c");
    BOOST_TEST(ids_of(claim_with(1, 3)) == "a");
    enqueue_these("d");
    BOOST_TEST(ids_of(claim_with(3, 0)) == "b,d");
}

BOOST_AUTO_TEST_CASE(neither_kind_waits_behind_the_other) {
    enqueue_these("cpu1 io1 cpu2 io2");
    const auto claimed = claim(4);
    set_aside(claimed[0].lease, "cpu");
    set_aside(claimed[1].lease, "io");
    set_aside(claimed[2].lease, "cpu");
    set_aside(claimed[3].lease, "io");
    BOOST_TEST(ids_of(claim_with(0, 1)) == "io1");
    BOOST_TEST(ids_of(claim_with(1, 0)) == "cpu1");
    BOOST_TEST(ids_of(claim_with(1, 1)) == "cpu2,io2");
}

BOOST_AUTO_TEST_CASE(a_higher_queue_still_comes_first) {
    enqueue_these("a");
    set_aside(claim_one());
    enqueue_these("urgent", "high");
    BOOST_TEST(ids_of(claim_with(1, 0)) == "urgent");
    BOOST_TEST(ids_of(claim_with(1, 0)) == "a");
}

BOOST_AUTO_TEST_CASE(one_that_comes_too_early_again_keeps_its_turn) {
    enqueue_these("a b");
    for (const auto& claimed : claim(2))
        set_aside(claimed.lease);
    const auto again = claim_with(1, 0);
    BOOST_TEST_REQUIRE(ids_of(again) == "a");
    set_aside(again[0].lease);
    BOOST_TEST(listed("default:cpu") == "a,b");
}

BOOST_AUTO_TEST_CASE(they_can_be_canceled_and_deleted) {
    enqueue_these("a b c");
    for (const auto& claimed : claim(3))
        set_aside(claimed.lease);
    Operations operations(redis);
    wait(operations.cancel({"a"}));
    wait(operations.remove({"b"}));
    BOOST_TEST(listed("default:cpu") == "c");
    BOOST_TEST(status("a") == "canceled");
}

BOOST_AUTO_TEST_CASE(a_worker_that_lost_the_lease_changes_nothing) {
    enqueue_these("a");
    const auto lease = claim_one();
    let_expire(lease);
    reap();
    BOOST_TEST((set_aside(lease) == Admission::lost));
    BOOST_TEST(listed("default") == "a");
    BOOST_TEST(!exists("rq:queue:default:cpu"));
}

BOOST_AUTO_TEST_CASE(one_that_was_canceled_meanwhile_goes_on_to_its_end) {
    enqueue_these("a");
    const auto lease = claim_one();
    wait(Operations(redis).cancel({"a"}));
    BOOST_TEST((set_aside(lease) == Admission::go));
    BOOST_TEST(status("a") == "canceled");
    BOOST_TEST(!exists("rq:queue:default:cpu"));
}

BOOST_AUTO_TEST_CASE(one_with_a_time_to_live_still_vanishes_if_it_does_not_start) {
    auto short_lived = job("a");
    short_lived.queue_ttl = std::chrono::seconds(60);
    enqueue(short_lived);
    set_aside(claim_one());
    BOOST_TEST(ttl("rq:job:a") > 0);
    ask({"DEL", "rq:job:a"});
    BOOST_TEST(claim_with(1, 0).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
