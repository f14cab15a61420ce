#include "tests/jobs/listening_fixture.hpp"

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

/// Workers offer slots, and producers enqueue.
struct Fixture : tests::ListeningFixture {
    using Offering = ClaimRequest::Offering;

    Claimed claim_as(const std::string& process, ClaimRequest request, Offering offering = Offering::none) {
        request.process = process;
        request.offering = offering;
        return wait(queue.claim(std::move(request)));
    }
    /// A worker finds nothing to do for its slot; returns the execution for which it is offered.
    std::string offer(const std::string& process = "p1", const std::string& slot = "host.1.1") {
        claim_as(process, {.workers = {slot}}, Offering::a_slot);
        const auto execution = offered_by(process);
        BOOST_TEST_REQUIRE(execution != "");
        return execution;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(hand_over, Fixture)

BOOST_AUTO_TEST_CASE(a_job_for_an_idle_worker_starts_in_the_step_that_enqueues_it) {
    const auto offered = offer();
    const auto before = server_time();
    BOOST_TEST((enqueue(run_job("a", "r1")).what == Receipt::What::queued));
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(field("a", "worker_name") == "host.1.1");
    BOOST_TEST(field("a", "freshet:worker") == "host.1.1");
    BOOST_TEST(field("a", "freshet:execution") == offered);
    BOOST_TEST(from_rq_text(field("a", "started_at")).has_value());
    BOOST_TEST(ask({"SISMEMBER", "rq:queues", "rq:queue:default"}) == "1");
    const auto wip = std::stoll(ask({"ZSCORE", "rq:wip:default", "a"})) - before;
    BOOST_TEST(wip >= 90);
    BOOST_TEST(wip <= 150);
    const auto lease = std::stoll(ask({"ZSCORE", "freshet:leases", "a:" + offered}));
    BOOST_TEST(lease >= 1'000 * before + 30'000);
    BOOST_TEST(lease <= 1'000 * before + 90'000);
    BOOST_TEST(ttl("rq:job:a") == -1);

    const auto job = handed_to().value();
    BOOST_TEST(job.lease.job_id == "a");
    BOOST_TEST(job.lease.queue == "default");
    BOOST_TEST(job.lease.worker == "host.1.1");
    BOOST_TEST(job.lease.execution == offered);
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
            {"a job waits on a queue that goes before", {"RPUSH", "rq:queue:high", "x"}},
            {"one of those is being taken", {"RPUSH", "rq:queue:high:intermediate", "x"}},
            {"suspended", {"SET", "rq:suspended", "1"}},
            {"paused", {"SET", "freshet:paused:default", "1"}}}) {
        ask({"FLUSHDB"});
        offer();
        ask(hindrance);
        enqueue(job("a"));
        BOOST_TEST(status("a") == "queued", what);
        BOOST_TEST(listed("default").ends_with("a"), what);
        BOOST_TEST(offered_by("p1") != "", what);
    }
    ask({"FLUSHDB"});
    const auto offered = offer();
    ask({"RPUSH", "rq:queue:low", "x"});
    enqueue(job("a"));
    BOOST_TEST(field("a", "freshet:execution") == offered);
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
    BOOST_TEST(offered_by("p1") != "");
}

BOOST_AUTO_TEST_CASE(an_offer_is_taken_up_once_from_whatever_queue) {
    offer();
    enqueue(job("a", "low"));
    for (const std::string name : {"high", "default", "low"}) {
        enqueue(job("then_" + name, name));
        BOOST_TEST(listed(name) == "then_" + name);
    }
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(handed_to().value().lease.job_id == "a");
    BOOST_TEST(!exists(keys::handed("p1")));
}

BOOST_AUTO_TEST_CASE(of_a_bulk_the_first_starts_and_the_rest_waits_in_its_order) {
    listen(keys::handed("p2"));
    offer("p1", "host.1.1");
    offer("p2", "host.2.1");
    std::vector<NewJob> bulk{job("a"), job("b"), job("c"), job("d", "high")};
    wait(producer.enqueue_all(std::move(bulk)));
    BOOST_TEST(status("a") == "started");
    BOOST_TEST(status("d") == "started");
    BOOST_TEST(listed("default") == "b,c");
}

BOOST_AUTO_TEST_CASE(an_offer_of_a_process_that_does_not_live_is_passed_over) {
    offer("gone1", "host.2.1");
    offer("gone2", "host.3.1");
    offer();
    enqueue(job("a"));
    BOOST_TEST(field("a", "worker_name") == "host.1.1");
    enqueue(job("b"));
    BOOST_TEST(listed("default") == "b");
    for (const auto& key : {keys::offer("gone1"), keys::offers("low")}) {
        BOOST_TEST(ttl(key) > 0, key);
        BOOST_TEST(ttl(key) <= 60, key);
    }
}

BOOST_AUTO_TEST_CASE(many_dead_processes_cost_an_enqueue_little_and_hinder_later_ones_less) {
    for (int i = 0; i < 10; ++i)
        offer(fmt::format("gone{}", i));
    for (const char* id : {"a", "b", "c", "d"}) {
        enqueue(job(id));
        BOOST_TEST(claim_one().job_id == id);
    }
    offer();
    enqueue(job("e"));
    BOOST_TEST(status("e") == "started");
}

BOOST_AUTO_TEST_CASE(the_next_claim_withdraws_what_the_process_offers_whether_it_knows_of_it_or_not) {
    offer();
    const auto withdrawn = claim_as("p1", {});
    BOOST_TEST(withdrawn.taken_up == "");
    enqueue(job("a"));
    BOOST_TEST(listed("default") == "a");
    claim_one();

    const auto first = offer("p1", "host.1.1"), second = offer("p1", "host.1.2");
    enqueue(job("b"));
    enqueue(job("c"));
    BOOST_TEST(field("b", "freshet:execution") == second);
    BOOST_TEST(listed("default") == "c");
    BOOST_TEST(first != second);
}

BOOST_AUTO_TEST_CASE(a_claim_leaves_the_slot_to_the_job_that_took_the_offer_up) {
    const auto offered = offer("p1", "host.1.2");
    for (const char* id : {"handed", "b", "c", "d"})
        enqueue(job(id));
    const auto claimed = claim_as("p1", {.workers = {"host.1.1", "host.1.2", "host.1.3"}});
    BOOST_TEST(claimed.taken_up == offered);
    BOOST_TEST(claimed.places == 2U);
    BOOST_TEST_REQUIRE(ids_of(claimed.jobs) == "b,c");
    BOOST_TEST(claimed.jobs[0].lease.worker == "host.1.1");
    BOOST_TEST(claimed.jobs[1].lease.worker == "host.1.3");
    for (const auto& one : claimed.jobs) {
        BOOST_TEST(leased(one.lease));
        BOOST_TEST(field(one.lease.job_id, "worker_name") == one.lease.worker);
    }
    BOOST_TEST(listed("default") == "d");
    BOOST_TEST(claim_as("p1", {.workers = {"host.1.2"}}).taken_up == "");
}

BOOST_AUTO_TEST_CASE(a_slot_is_used_again_once_its_job_has_come) {
    offer();
    enqueue(job("handed"));
    enqueue(job("b"));
    const auto came = handed_to().value().lease;
    const auto claimed = claim_as("p1", {.workers = {"host.1.1"}, .came = came.execution});
    BOOST_TEST(claimed.taken_up == "");
    BOOST_TEST(ids_of(claimed.jobs) == "b");
}

BOOST_AUTO_TEST_CASE(a_claim_for_a_line_only_is_not_cut_short) {
    const auto offered = offer();
    for (const char* id : {"handed", "b"})
        enqueue(job(id));
    const auto claimed = claim_as("p1", {.workers = {"host.1.1"}, .ahead = 1});
    BOOST_TEST(claimed.taken_up == offered);
    BOOST_TEST(ids_of(claimed.jobs) == "b");
}

BOOST_AUTO_TEST_CASE(a_slot_for_which_there_was_no_job_is_offered_but_no_place_in_a_line) {
    const ClaimRequest two_and_one_ahead{.workers = {"host.1.1", "host.1.2", "host.1.2"}, .ahead = 1};
    enqueue(job("a"));
    BOOST_TEST(ids_of(claim_as("p1", two_and_one_ahead, Offering::a_slot).jobs) == "a");
    enqueue(job("handed"));
    BOOST_TEST(field("handed", "worker_name") == "host.1.2");
    enqueue(job("b"));
    enqueue(job("c"));
    const ClaimRequest again{
        .workers = two_and_one_ahead.workers, .ahead = 1, .came = handed_to().value().lease.execution};
    BOOST_TEST(ids_of(claim_as("p1", again, Offering::a_slot).jobs) == "b,c");
    BOOST_TEST(offered_by("p1") == "");
}

BOOST_AUTO_TEST_CASE(nothing_is_offered_on_a_paused_queue_nor_while_suspended) {
    ask({"SET", "freshet:paused:default", "1"});
    offer();
    BOOST_TEST(ask({"SMEMBERS", keys::offers("high")}) == "p1");
    BOOST_TEST(!exists(keys::offers("default")));
    ask({"SET", "rq:suspended", "1"});
    claim_as("p1", {.workers = {"host.1.1"}}, Offering::a_slot);
    BOOST_TEST(offered_by("p1") == "");
}

BOOST_AUTO_TEST_CASE(a_job_is_stored_whatever_stands_where_the_offers_are) {
    const std::pair<Words, Words> odd[] = {
        {{"SET", keys::offers("default"), "odd"}, {"PING"}},
        {{"SADD", keys::offers("default"), "p1"}, {"SET", keys::offer("p1"), "{"}},
        {{"SADD", keys::offers("default"), "p1"}, {"SET", keys::offer("p1"), R"({"queues":7})"}},
        {{"SADD", keys::offers("default"), "p1"}, {"LPUSH", keys::offer("p1"), "odd"}},
    };
    for (const auto& [first, second] : odd) {
        ask({"FLUSHDB"});
        ask(first);
        ask(second);
        BOOST_TEST((enqueue(job("a")).what == Receipt::What::queued));
        BOOST_TEST(listed("default") == "a");
        BOOST_TEST(status("a") == "queued");
    }
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
