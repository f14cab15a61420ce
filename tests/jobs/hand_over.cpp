#include "tests/jobs/listening_fixture.hpp"

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

/// Workers offer slots, and producers enqueue.
struct Fixture : tests::ListeningFixture {
    Claimed claim_and_offer(Words slots, std::size_t ahead = 0) {
        ClaimRequest request{.workers = std::move(slots), .ahead = ahead};
        request.hand_to = keys::handed(request.workers.front());
        return wait(queue.claim(std::move(request)));
    }
    /// The offer of a worker that finds nothing to do.
    Offer offer(const std::string& slot = "host.1.1") {
        auto claimed = claim_and_offer({slot});
        BOOST_TEST_REQUIRE(claimed.offer.has_value());
        return *claimed.offer;
    }
    std::size_t offers_on(const std::string& name) const {
        return std::stoul(ask({"SCARD", keys::offers(name)}));
    }
    /// What the worker finds on its list.
    Result<ClaimedJob> handed_to(const std::string& slot = "host.1.1") {
        prep::redis::Command pop("LPOP", keys::handed(slot));
        const auto popped = wait(redis.call(std::move(pop)));
        return to_handed_job(popped.text());
    }
    Claimed withdraw(const Offer& offer, Words slots) {
        return wait(queue.claim({.workers = std::move(slots), .withdrawn = offer.text}));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(hand_over, Fixture)

BOOST_AUTO_TEST_CASE(a_job_for_an_idle_worker_starts_in_the_step_that_enqueues_it) {
    const auto offered = offer();
    BOOST_TEST(offered.worker == "host.1.1");
    const auto before = server_time();
    BOOST_TEST((enqueue(run_job("a", "r1")).what == Receipt::What::queued));
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(field("a", "worker_name") == "host.1.1");
    BOOST_TEST(field("a", "freshet:worker") == "host.1.1");
    BOOST_TEST(field("a", "freshet:execution") == offered.execution);
    BOOST_TEST(from_rq_text(field("a", "started_at")).has_value());
    BOOST_TEST(ask({"SISMEMBER", "rq:queues", "rq:queue:default"}) == "1");
    const auto wip = std::stoll(ask({"ZSCORE", "rq:wip:default", "a"})) - before;
    BOOST_TEST(wip >= 90);
    BOOST_TEST(wip <= 150);
    const auto lease = std::stoll(ask({"ZSCORE", "freshet:leases", "a:" + offered.execution}));
    BOOST_TEST(lease >= 1'000 * before + 30'000);
    BOOST_TEST(lease <= 1'000 * before + 90'000);
    BOOST_TEST(ttl("rq:job:a") == -1);

    const auto job = handed_to().value();
    BOOST_TEST(job.lease.job_id == "a");
    BOOST_TEST(job.lease.queue == "default");
    BOOST_TEST(job.lease.worker == "host.1.1");
    BOOST_TEST(job.lease.execution == offered.execution);
    BOOST_TEST((beat(job.lease) == LeaseState::held));
    BOOST_TEST((complete(finished(job.lease)).what == CompletionReply::What::done));
    BOOST_TEST(status("a") == "finished");
}

BOOST_AUTO_TEST_CASE(a_handed_job_is_told_as_a_claimed_one_is) {
    auto full = run_job("a", "r1");
    full.retries = 2;
    full.retry_intervals = {std::chrono::seconds(7)};
    full.result_ttl = std::chrono::seconds(-1);
    full.failure_ttl = std::chrono::seconds(77);
    full.meta = {{"jobs:0,func:build_climate", "b"}};
    offer();
    enqueue(full);
    full.id = "b";
    enqueue(full);
    const auto handed = handed_to().value();
    const auto claimed = claim().at(0);
    BOOST_TEST(handed.data == claimed.data);
    BOOST_TEST(handed.meta == claimed.meta);
    BOOST_TEST((handed.time_limit == claimed.time_limit));
    BOOST_TEST((handed.result_ttl == claimed.result_ttl));
    BOOST_TEST((handed.failure_ttl == claimed.failure_ttl));
    BOOST_TEST(handed.retries.left == 2);
    BOOST_TEST((handed.retries.intervals == claimed.retries.intervals));
    BOOST_TEST(handed.reaped == 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_handed_over_past_what_waits_or_while_no_job_may_start) {
    for (const auto& [what, hindrance] :
        {std::pair<const char*, Words>{"a job waits", {"RPUSH", "rq:queue:default", "x"}},
            {"one is being taken", {"RPUSH", "rq:queue:default:intermediate", "x"}},
            {"suspended", {"SET", "rq:suspended", "1"}},
            {"paused", {"SET", "freshet:paused:default", "1"}}}) {
        ask({"FLUSHDB"});
        offer();
        ask(hindrance);
        enqueue(job("a"));
        BOOST_TEST(status("a") == "queued", what);
        BOOST_TEST(listed("default").ends_with("a"), what);
        BOOST_TEST(offers_on("default") == 1U, what);
    }
}

BOOST_AUTO_TEST_CASE(jobs_that_may_not_start_or_are_large_are_not_handed_over) {
    offer();
    enqueue(job("running", "elsewhere"));
    auto has_key = job("has_key");
    has_key.key = "k";
    auto is_large = job("is_large");
    std::string noise; // that does not compress
    for (unsigned i = 0, state = 1; i < 100'000; ++i, state = state * 1'664'525 + 1'013'904'223)
        noise += static_cast<char>('!' + (state >> 24) % 90);
    is_large.call.args = {noise};
    auto is_due_later = job("is_due_later");
    is_due_later.delay = std::chrono::hours(1);
    for (const auto& one : {child("depends", {"running"}), is_due_later, has_key, is_large})
        enqueue(one);
    BOOST_TEST(status("depends") == "deferred");
    BOOST_TEST(status("is_due_later") == "scheduled");
    BOOST_TEST(listed("default") == "has_key,is_large");
    BOOST_TEST(offers_on("default") == 1U);
}

BOOST_AUTO_TEST_CASE(an_offer_is_taken_up_once_from_whatever_queue) {
    offer();
    enqueue(job("a", "low"));
    for (const std::string name : {"high", "default", "low"}) {
        BOOST_TEST(offers_on(name) == 0U);
        enqueue(job("then_" + name, name));
        BOOST_TEST(listed(name) == "then_" + name);
    }
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(handed_to().value().lease.job_id == "a");
    BOOST_TEST(!exists("freshet:handed:host.1.1"));
}

BOOST_AUTO_TEST_CASE(of_a_bulk_the_first_starts_and_the_rest_waits_in_its_order) {
    listen("x.1");
    offer("host.1.1");
    offer("x.1");
    std::vector<NewJob> bulk{job("a"), job("b"), job("c"), job("d", "high")};
    wait(producer.enqueue_all(std::move(bulk)));
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(status("d") == "started");
    BOOST_TEST(listed("default") == "b,c");
}

BOOST_AUTO_TEST_CASE(an_offer_of_a_worker_that_is_gone_is_passed_over_and_goes) {
    for (const char* slot : {"gone.1", "gone.2", "gone.3"})
        offer(slot);
    offer("host.1.1");
    enqueue(job("a"));
    BOOST_TEST(field("a", "worker_name") == "host.1.1");
    enqueue(job("b"));
    BOOST_TEST(listed("default") == "b");
    for (const char* name : {"high", "default", "low"})
        BOOST_TEST(offers_on(name) == 0U, name);
    claim_one();
    offer("gone.1");
    const auto left = ttl("freshet:offers:low");
    BOOST_TEST(left > 0);
    BOOST_TEST(left <= 60);
}

BOOST_AUTO_TEST_CASE(to_a_withdrawn_offer_nothing_comes) {
    const auto offered = offer();
    const auto withdrawn = withdraw(offered, {});
    BOOST_TEST(!withdrawn.was_taken_up);
    BOOST_TEST(!withdrawn.offer.has_value());
    enqueue(job("a"));
    BOOST_TEST(listed("default") == "a");
}

BOOST_AUTO_TEST_CASE(a_claim_does_not_use_the_slot_of_an_offer_that_was_taken_up) {
    const auto offered = offer();
    for (const char* id : {"handed", "b", "c"})
        enqueue(job(id));
    const auto claimed = withdraw(offered, {"host.1.1", "host.1.2"});
    BOOST_TEST(claimed.was_taken_up);
    BOOST_TEST_REQUIRE(ids_of(claimed.jobs) == "b");
    BOOST_TEST(claimed.jobs[0].lease.worker == "host.1.2");
    BOOST_TEST(leased(claimed.jobs[0].lease));
    BOOST_TEST(field("b", "worker_name") == "host.1.2");
    BOOST_TEST(listed("default") == "c");
}

BOOST_AUTO_TEST_CASE(a_slot_for_which_there_was_no_job_is_offered_but_no_place_in_a_line) {
    enqueue(job("a"));
    const auto one_left = claim_and_offer({"host.1.1", "host.1.2", "host.1.2"}, 1);
    BOOST_TEST(ids_of(one_left.jobs) == "a");
    BOOST_TEST_REQUIRE(one_left.offer.has_value());
    BOOST_TEST(one_left.offer->worker == "host.1.2");
    BOOST_TEST(!withdraw(*one_left.offer, {}).was_taken_up);
    enqueue(job("b"));
    enqueue(job("c"));
    const auto none_left = claim_and_offer({"host.1.1", "host.1.2", "host.1.2"}, 1);
    BOOST_TEST(ids_of(none_left.jobs) == "b,c");
    BOOST_TEST(!none_left.offer.has_value());
}

BOOST_AUTO_TEST_CASE(nothing_is_offered_on_a_paused_queue_nor_while_suspended) {
    ask({"SET", "freshet:paused:default", "1"});
    const auto offered = offer();
    BOOST_TEST(offers_on("default") == 0U);
    BOOST_TEST(offers_on("high") == 1U);
    ask({"SET", "rq:suspended", "1"});
    BOOST_TEST(!withdraw(offered, {}).was_taken_up);
    BOOST_TEST(!claim_and_offer({"host.1.1"}).offer.has_value());
    BOOST_TEST(offers_on("high") == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_no_handed_job_is_refused_with_its_text) {
    for (const std::string text :
        {"", "PING", "*1\r\n$1\r\na\r\n", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n", "*3\r\n$1\r\na\r\n"}) {
        const auto refused = to_handed_job(text);
        BOOST_TEST_REQUIRE(!refused.has_value());
        BOOST_TEST((refused.error().code == Errc::refused), text);
        BOOST_TEST(
            refused.error().message.find("'" + text + "'") != std::string::npos, refused.error().message);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
