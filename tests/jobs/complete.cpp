#include "jobs/queue/schedule.hpp"
#include "tests/support/queue_fixture.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <memory>
#include <set>

namespace freshet::jobs {
namespace {

using What = CompletionReply::What;
using std::chrono::seconds;

/// A subscriber that blocks.
class Listener {
public:
    Listener(const std::string& socket, const std::vector<std::string>& channels)
        : connection_(redisConnectUnix(socket.c_str()), redisFree) {
        for (const auto& channel : channels)
            freeReplyObject(redisCommand(connection_.get(), "SUBSCRIBE %s", channel.c_str()));
    }
    std::string next() {
        void* got = nullptr;
        if (redisGetReply(connection_.get(), &got) != REDIS_OK) throw std::runtime_error(connection_->errstr);
        const std::unique_ptr<redisReply, void (*)(void*)> reply(
            static_cast<redisReply*>(got), freeReplyObject);
        return std::string(reply->element[1]->str) + ' ' + reply->element[2]->str;
    }

private:
    std::unique_ptr<redisContext, void (*)(redisContext*)> connection_;
};

Completion of_run(Completion completion, const std::string& run_id) {
    completion.run_id = run_id;
    completion.recorded_task = "build_climate";
    completion.stale = {
        {"climate", {run_id + ":climate.nodb", run_id + ":climate.nodb:old"}}, {"watershed", {}}};
    return completion;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(complete, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(a_finished_job_is_what_rq_expects) {
    enqueue(job("a"));
    const auto lease = claim_one();
    beat(lease);
    auto completion = finished(lease);
    completion.return_value = R"({"years":100})";
    completion.keep_for = seconds(60);
    const auto before = server_time();
    BOOST_TEST((complete(completion).what == What::done));

    BOOST_TEST(status("a") == "finished");
    BOOST_TEST(from_rq_text(field("a", "ended_at")).has_value());
    BOOST_TEST(field("a", "worker_name") == "");
    BOOST_TEST(!registered("wip", "default", "a"));
    BOOST_TEST(!leased(lease));
    const auto score = std::stoll(ask({"ZSCORE", "rq:finished:default", "a"})) - before;
    BOOST_TEST(score >= 60);
    BOOST_TEST(score <= 120);
    const auto entry = ask({"XRANGE", "rq:results:a", "-", "+"});
    BOOST_TEST(entry.ends_with("type\n1\nexecution_id\n" + lease.execution + "\nreturn_value\n" +
                               base64_encode(R"({"years":100})")),
        entry);
    for (const std::string key : {"rq:job:a", "rq:results:a"}) {
        BOOST_TEST(ttl(key) > 0, key);
        BOOST_TEST(ttl(key) <= 60, key);
    }
    BOOST_TEST(!exists("rq:executions:a"));
    BOOST_TEST(!exists("rq:execution:a:" + lease.execution));
}

BOOST_AUTO_TEST_CASE(what_is_kept_for_ever_has_no_time_to_live) {
    enqueue(job("a"));
    auto completion = finished(claim_one());
    completion.keep_for = seconds(-1);
    complete(completion);
    BOOST_TEST(ttl("rq:job:a") == -1);
    BOOST_TEST(ttl("rq:results:a") == -1);
    BOOST_TEST(ask({"ZSCORE", "rq:finished:default", "a"}) == "inf");
}

BOOST_AUTO_TEST_CASE(a_time_to_live_beyond_all_clocks_is_bounded) {
    enqueue(job("a"));
    auto completion = finished(claim_one());
    completion.keep_for = seconds::max();
    BOOST_TEST((complete(completion).what == What::done));
    BOOST_TEST(status("a") == "finished");
}

BOOST_AUTO_TEST_CASE(a_job_that_keeps_no_result_leaves_nothing) {
    enqueue(run_job("parent", "r1"));
    complete(finished(claim_one()));
    server.command({"FLUSHALL"});
    enqueue(job("a"));
    auto completion = finished(claim_one());
    completion.keep_for = seconds(0);
    completion.return_value = "1";
    BOOST_TEST((complete(completion).what == What::done));
    const auto left = ask({"KEYS", "*a*"});
    BOOST_TEST(!exists("rq:job:a"));
    BOOST_TEST(!exists("rq:results:a"));
    BOOST_TEST(!exists("rq:finished:default"), left);
    BOOST_TEST(!exists("freshet:leases"));
    BOOST_TEST((complete(completion).what == What::done_then));
}

BOOST_AUTO_TEST_CASE(a_job_of_rqs_with_nothing_rare_is_plain) {
    enqueue(job("a"));
    ask({"HSET", "rq:job:a", "success_callback_name", "", "failure_callback_name", "",
        "stopped_callback_name", "", "started_at", "", "ended_at", "", "last_heartbeat", ""});
    BOOST_TEST(claim().at(0).is_plain);
}

// What a claim says of a job's record spares its completion a look at it.
BOOST_AUTO_TEST_CASE(a_plain_job_and_one_that_has_more_leave_nothing) {
    auto plain = job("plain"), keyed = job("keyed"), stubborn = job("stubborn");
    plain.meta = {{"who", "me"}};
    keyed.key = "k";
    stubborn.retries = 1;
    for (auto* one : {&plain, &keyed, &stubborn}) {
        one->result_ttl = seconds(0);
        one->queue_ttl = seconds(100);
        enqueue(*one);
    }
    auto dependent = child("dependent", {"plain"});
    dependent.result_ttl = seconds(0);
    enqueue(dependent);
    std::set<std::string> found_plain;
    for (int claims = 0; claims < 4; ++claims) {
        const ClaimedJob claimed = claim().at(0);
        if (claimed.is_plain) found_plain.insert(claimed.lease.job_id);
        auto completion = finished(claimed.lease);
        completion.is_plain = claimed.is_plain;
        completion.keep_for = claimed.result_ttl;
        BOOST_TEST((complete(completion).what == What::done));
    }
    BOOST_TEST(found_plain == std::set<std::string>{"plain"});
    ask({"DEL", "rq:queues"});
    BOOST_TEST(ask({"KEYS", "*"}).starts_with("freshet:completed:"), ask({"KEYS", "*"}));
    BOOST_TEST(ask({"DBSIZE"}) == "1");
}

BOOST_AUTO_TEST_CASE(a_failed_job_tells_why_and_stays_for_a_year) {
    enqueue(job("a"));
    const auto lease = claim_one();
    auto completion = failed(lease, "it broke: \xc3\xa4");
    completion.keep_for = seconds(31'536'000);
    BOOST_TEST((complete(completion).what == What::done));
    BOOST_TEST(status("a") == "failed");
    BOOST_TEST(inflate(field("a", "exc_info"), 1000).value() == "it broke: \xc3\xa4");
    BOOST_TEST(registered("failed", "default", "a"));
    BOOST_TEST(!registered("wip", "default", "a"));
    const auto entry = ask({"XRANGE", "rq:results:a", "-", "+"});
    BOOST_TEST(entry.find("type\n2\n") != std::string::npos, entry);
    const auto packed = base64_decode(entry.substr(entry.rfind('\n') + 1));
    BOOST_TEST(inflate(packed.value(), 1000).value() == "it broke: \xc3\xa4");
    BOOST_TEST(ttl("rq:job:a") > 31'000'000);
    BOOST_TEST(ttl("rq:results:a") > 31'000'000);
}

BOOST_AUTO_TEST_CASE(a_stopped_job_is_in_the_failed_registry) {
    enqueue(job("a"));
    auto completion = failed(claim_one(), "Job stopped by user");
    completion.outcome = Completion::Outcome::stopped;
    completion.retry_in = seconds(0);
    complete(completion);
    BOOST_TEST(status("a") == "stopped");
    BOOST_TEST(registered("failed", "default", "a"));
    BOOST_TEST(listed("default") == "");
}

BOOST_AUTO_TEST_CASE(who_lost_the_lease_changes_nothing) {
    enqueue(run_job("a", "r1"));
    const auto lost = claim_one();
    let_expire(lost);
    reap();
    const auto held = claim_one();
    in(13, {"SET", "r1:climate.nodb", "{}"});
    const auto job_before = ask({"HGETALL", "rq:job:a"}), run_before = in(0, {"HGETALL", "r1"});
    for (auto completion : {finished(lost), failed(lost)}) {
        const auto reply = complete(of_run(completion, "r1"));
        BOOST_TEST((reply.what == What::lost));
        BOOST_TEST(reply.timestamp == 0);
    }
    BOOST_TEST(ask({"HGETALL", "rq:job:a"}) == job_before);
    BOOST_TEST(in(0, {"HGETALL", "r1"}) == run_before);
    BOOST_TEST(in(13, {"EXISTS", "r1:climate.nodb"}) == "1");
    BOOST_TEST(!exists("rq:results:a"));
    BOOST_TEST(leased(held));
    BOOST_TEST(registered("wip", "default", "a"));
}

BOOST_AUTO_TEST_CASE(a_completion_that_is_repeated_says_that_it_is_done) {
    enqueue(run_job("a", "r1"));
    const auto completion = of_run(finished(claim_one()), "r1");
    BOOST_TEST((complete(completion).what == What::done));
    const auto job_before = ask({"HGETALL", "rq:job:a"}), run_before = in(0, {"HGETALL", "r1"});
    BOOST_TEST((complete(completion).what == What::done_then));
    BOOST_TEST(ask({"HGETALL", "rq:job:a"}) == job_before);
    BOOST_TEST(in(0, {"HGETALL", "r1"}) == run_before);
    BOOST_TEST(ask({"XLEN", "rq:results:a"}) == "1");
}

BOOST_AUTO_TEST_CASE(a_finished_job_stamps_its_run_and_drops_the_stale_caches) {
    enqueue(run_job("a", "r1"));
    in(13, {"MSET", "r1:climate.nodb", "{}", "r1:climate.nodb:old", "{}", "r1:wepp.nodb", "{}"});
    const auto before = server_time();
    const auto reply = complete(of_run(finished(claim_one()), "r1"));
    BOOST_TEST(reply.timestamp >= before);
    BOOST_TEST(in(0, {"HGET", "r1", "timestamps:build_climate"}) == std::to_string(reply.timestamp));
    BOOST_TEST(in(0, {"HGET", "r1", "last_modified"}) == std::to_string(reply.timestamp));
    BOOST_TEST(in(13, {"EXISTS", "r1:climate.nodb", "r1:climate.nodb:old"}) == "0");
    BOOST_TEST(in(13, {"EXISTS", "r1:wepp.nodb"}) == "1");
    const auto climate = std::stoi(in(13, {"HGET", "freshet:generations:r1", "climate"}));
    const auto watershed = std::stoi(in(13, {"HGET", "freshet:generations:r1", "watershed"}));
    BOOST_TEST(climate != watershed);

    enqueue(run_job("b", "r1"));
    complete(of_run(finished(claim_one()), "r1"));
    BOOST_TEST(std::stoi(in(13, {"HGET", "freshet:generations:r1", "climate"})) > watershed);
}

BOOST_AUTO_TEST_CASE(a_failed_job_leaves_its_run_alone) {
    enqueue(run_job("a", "r1"));
    const auto before = in(0, {"HGETALL", "r1"});
    const auto reply = complete(of_run(failed(claim_one()), "r1"));
    BOOST_TEST((reply.what == What::done));
    BOOST_TEST(reply.timestamp == 0);
    BOOST_TEST(in(0, {"HGETALL", "r1"}) == before);
    BOOST_TEST(in(13, {"DBSIZE"}) == "0");
}

BOOST_AUTO_TEST_CASE(the_timestamps_of_a_run_never_tie_and_never_go_back) {
    enqueue(run_job("a", "r1"));
    enqueue(run_job("b", "r1"));
    std::vector<Completion> both;
    for (const ClaimedJob& job : claim(2))
        both.push_back(of_run(finished(job.lease), "r1"));
    both[1].recorded_task = "run_wepp";
    const auto replies = wait(queue.complete(std::move(both)));
    BOOST_TEST(replies[1].timestamp == replies[0].timestamp + 1);

    const auto ahead = server_time() + 1'000;
    in(0, {"HSET", "r1", "timestamps:abstract_watershed", std::to_string(ahead), "timestamps:odd",
              "no number"});
    enqueue(run_job("c", "r1"));
    BOOST_TEST(complete(of_run(finished(claim_one()), "r1")).timestamp == ahead + 1);
}

BOOST_AUTO_TEST_CASE(its_messages_are_published_in_order_and_only_once) {
    enqueue(run_job("a", "r1"));
    auto completion = of_run(finished(claim_one()), "r1");
    completion.messages = {{"r1:climate", "first"}, {"r1:rq", "second"}};

    Listener listener(server.socket(), {"r1:climate", "r1:rq", "end"});
    complete(completion);
    complete(completion);
    ask({"PUBLISH", "end", "."});
    BOOST_TEST(listener.next() == "r1:climate first");
    BOOST_TEST(listener.next() == "r1:rq second");
    BOOST_TEST(listener.next() == "end .");
}

BOOST_AUTO_TEST_CASE(a_job_deleted_while_it_ran_affects_its_run_but_leaves_no_record) {
    enqueue(run_job("a", "r1"));
    const auto completion = of_run(finished(claim_one()), "r1");
    ask({"DEL", "rq:job:a"});
    const auto reply = complete(completion);
    BOOST_TEST((reply.what == What::done));
    BOOST_TEST(reply.timestamp > 0);
    for (const std::string key :
        {"rq:job:a", "rq:results:a", "rq:finished:default", "rq:wip:default", "freshet:leases"})
        BOOST_TEST(!exists(key), key);
    BOOST_TEST((complete(completion).what == What::done_then));
}

BOOST_AUTO_TEST_CASE(a_job_canceled_while_it_ran_stays_canceled) {
    enqueue(job("a"));
    enqueue(child("child", {"a"}));
    for (const bool succeeded : {true, false}) {
        ask({"HSET", "rq:job:a", "status", "queued"});
        if (!succeeded) ask({"RPUSH", "rq:queue:default", "a"});
        const auto lease = claim_one();
        ask({"HSET", "rq:job:a", "status", "canceled"});
        auto completion = succeeded ? finished(lease) : failed(lease);
        completion.retry_in = seconds(0);
        BOOST_TEST((complete(completion).what == What::done));
        BOOST_TEST(status("a") == "canceled");
        BOOST_TEST(listed("default") == "");
        BOOST_TEST(status("child") == "deferred");
        BOOST_TEST(ttl("rq:job:a") > 0);
    }
    BOOST_TEST(ask({"XLEN", "rq:results:a"}) == "2");
}

BOOST_AUTO_TEST_CASE(a_job_that_rqs_cleaner_failed_while_it_ran_ends_in_one_registry) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"HSET", "rq:job:a", "status", "failed"});
    ask({"ZADD", "rq:failed:default", "9999999999", "a"});
    complete(finished(lease));
    BOOST_TEST(status("a") == "finished");
    BOOST_TEST(!registered("failed", "default", "a"));
    BOOST_TEST(registered("finished", "default", "a"));
}

BOOST_AUTO_TEST_CASE(a_failed_job_is_tried_again_and_each_attempt_is_visible) {
    auto stubborn = job("a");
    stubborn.retries = 2;
    enqueue(stubborn);
    enqueue(job("b"));

    auto completion = failed(claim_one(), "first");
    completion.retry_in = seconds(0);
    complete(completion);
    BOOST_TEST(status("a") == "queued");
    BOOST_TEST(listed("default") == "b,a");
    BOOST_TEST(field("a", "retries_left") == "1");
    BOOST_TEST(field("a", "number_of_retries") == "1");
    BOOST_TEST(inflate(field("a", "exc_info"), 1000).value() == "first");
    BOOST_TEST(!exists("rq:failed:default"));
    BOOST_TEST((complete(completion).what == What::done_then));

    complete(finished(claim_one()));
    const auto again = claim_one();
    BOOST_TEST(again.job_id == "a");
    completion = failed(again, "second");
    completion.retry_in = seconds(50);
    const auto before = server_time();
    complete(completion);
    BOOST_TEST(status("a") == "scheduled");
    BOOST_TEST(std::stoll(ask({"ZSCORE", "rq:scheduled:default", "a"})) >= before + 50);
    BOOST_TEST(ask({"XLEN", "rq:results:a"}) == "2");
    BOOST_TEST(ttl("rq:job:a") == -1);
}

BOOST_AUTO_TEST_CASE(a_retry_may_go_to_the_front) {
    enqueue(job("a"));
    enqueue(job("b"));
    ask({"HSET", "rq:job:a", "enqueue_at_front_on_retry", "1"});
    auto completion = failed(claim_one());
    completion.retry_in = seconds(0);
    complete(completion);
    BOOST_TEST(listed("default") == "a,b");
}

// `repeats_left` and `repeat_intervals` as RQ 2 writes them; it takes the intervals from the end.
BOOST_AUTO_TEST_CASE(a_job_runs_as_often_as_rqs_repeat_asks_for) {
    enqueue(job("a"));
    enqueue(child("child", {"a"}));
    ask({"HSET", "rq:job:a", "repeats_left", "2", "repeat_intervals", "[0, 50]"});
    const auto before = server_time();
    complete(finished(claim_one()));
    BOOST_TEST(status("a") == "scheduled");
    BOOST_TEST(std::stoll(ask({"ZSCORE", "rq:scheduled:default", "a"})) >= before + 50);
    BOOST_TEST(ttl("rq:job:a") == -1);
    BOOST_TEST(ttl("rq:results:a") > 0);
    BOOST_TEST(listed("default") == "child");

    ask({"ZADD", "rq:scheduled:default", "1", "a"});
    wait(Schedule(redis, {"default"}).move_due());
    complete(finished(claim_one()));
    complete(finished(claim_one()));
    BOOST_TEST(status("a") == "queued");
    BOOST_TEST(listed("default") == "a");

    complete(finished(claim_one()));
    BOOST_TEST(status("a") == "finished");
    BOOST_TEST(field("a", "repeats_left") == "0");
    BOOST_TEST(ask({"XLEN", "rq:results:a"}) == "3");
    BOOST_TEST(ttl("rq:job:a") > 0);
}

BOOST_AUTO_TEST_CASE(a_job_that_is_repeated_leaves_no_result_if_it_keeps_none) {
    enqueue(job("a"));
    ask({"HSET", "rq:job:a", "repeats_left", "1"});
    auto completion = finished(claim_one());
    completion.keep_for = seconds(0);
    complete(completion);
    BOOST_TEST(listed("default") == "a");
    BOOST_TEST(!exists("rq:results:a"));
    completion.lease = claim_one();
    complete(completion);
    BOOST_TEST(!exists("rq:job:a"));
}

BOOST_AUTO_TEST_CASE(a_job_that_succeeds_at_last_shows_no_old_error) {
    enqueue(job("a"));
    auto completion = failed(claim_one());
    completion.retry_in = seconds(0);
    complete(completion);
    complete(finished(claim_one()));
    BOOST_TEST(field("a", "exc_info") == "(nil)");
}

BOOST_AUTO_TEST_CASE(a_job_that_redis_refuses_keeps_its_lease) {
    enqueue(run_job("a", "r1"));
    const auto lease = claim_one();
    in(0, {"DEL", "r1"});
    in(0, {"SET", "r1", "not a hash"});
    std::vector<Completion> one{of_run(finished(lease), "r1")};
    BOOST_TEST((result_of(queue.complete(one)).error().code == Errc::refused));
    BOOST_TEST(leased(lease));
    in(0, {"DEL", "r1"});
    BOOST_TEST((wait(queue.complete(one))[0].what == What::done));
}

BOOST_AUTO_TEST_CASE(many_complete_in_one_call_each_with_its_own_reply) {
    std::vector<NewJob> jobs;
    for (int i = 0; i < 1'000; ++i)
        jobs.push_back(job(fmt::format("job-{}", i)));
    wait(producer.enqueue_all(std::move(jobs)));
    std::vector<Completion> completions;
    for (const ClaimedJob& job : claim(1'000)) {
        completions.push_back(finished(job.lease));
        completions.back().keep_for = seconds(0);
    }
    BOOST_TEST_REQUIRE(completions.size() == 1'000U);
    completions[500].lease.execution = "of-nobody";
    const auto replies = wait(queue.complete(completions));
    for (std::size_t i = 0; i < replies.size(); ++i)
        BOOST_TEST((replies[i].what == (i == 500 ? What::lost : What::done)), i);
    completions.push_back(completions[0]);
    BOOST_TEST((result_of(queue.complete(completions)).error().code == Errc::bad_input));
}

BOOST_AUTO_TEST_CASE(an_execution_that_redis_refuses_holds_up_no_other_of_the_same_call) {
    for (const auto* id : {"a", "b", "c"})
        enqueue(job(id));
    std::vector<Completion> completions;
    for (const ClaimedJob& job : claim(3))
        completions.push_back(finished(job.lease));
    completions[2].keep_for = seconds(0);
    ask({"SET", "rq:results:a", "no stream"});
    const auto replies = wait(queue.complete(completions));
    BOOST_TEST((replies[0].what == What::refused));
    BOOST_TEST(replies[0].refusal.find("WRONGTYPE") != std::string::npos, replies[0].refusal);
    BOOST_TEST(leased(completions[0].lease));
    BOOST_TEST((replies[1].what == What::done));
    BOOST_TEST((replies[2].what == What::done));
    BOOST_TEST(status("b") == "finished");
    BOOST_TEST(!exists("rq:job:c"));
    BOOST_TEST(!leased(completions[1].lease));

    ask({"DEL", "rq:results:a"});
    const auto later = wait(queue.complete(completions));
    BOOST_TEST((later[0].what == What::done));
    BOOST_TEST((later[1].what == What::done_then));
    BOOST_TEST((later[2].what == What::done_then));
    BOOST_TEST(ask({"XLEN", "rq:results:b"}) == "1");
    BOOST_TEST(!exists("freshet:leases"));
    BOOST_TEST(!exists("rq:wip:default"));
}

BOOST_AUTO_TEST_CASE(a_job_that_rq_has_queued_again_meanwhile_leaves_the_queue_with_its_completion) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"HSET", "rq:job:a", "status", "queued"});
    ask({"RPUSH", "rq:queue:default", "a"});
    complete(finished(lease));
    BOOST_TEST(listed("default") == "");
    BOOST_TEST(status("a") == "finished");
}

BOOST_AUTO_TEST_CASE(a_job_canceled_while_it_ran_is_kept_like_any_canceled_one) {
    enqueue(job("a"));
    const auto lease = claim_one();
    ask({"HSET", "rq:job:a", "status", "canceled"});
    auto completion = finished(lease);
    completion.keep_for = std::chrono::seconds(0);
    complete(completion);
    BOOST_TEST(ttl("rq:job:a") > 31'000'000);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
