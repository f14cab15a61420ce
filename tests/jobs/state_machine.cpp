#include "jobs/queue/operations.hpp"
#include "jobs/queue/pause.hpp"
#include "jobs/queue/schedule.hpp"
#include "tests/jobs/listening_fixture.hpp"
#include "tests/jobs/queue_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>

/// Random sequences of all that can be done to the queue, against a model. Two environment variables:
/// STATE_MACHINE_SEED repeats a sequence, STATE_MACHINE_STEPS makes it longer or shorter.
namespace freshet::jobs {
namespace {

using tests::QueueModel;
using Ids = QueueModel::Ids;

// Everything in the queue's database as the model writes it. What belongs to an execution only, or locks,
// must expire by itself and is not compared.
constexpr const char* dump_script = R"(
redis.call('SELECT', ARGV[1])
local function content(key, kind)
    if kind == 'list' then return table.concat(redis.call('LRANGE', key, 0, -1), ',') end
    if kind == 'hash' then
        local hash = redis.call('HMGET', key, 'status', 'retries_left', 'freshet:execution')
        return hash[1] .. ' retries=' .. (hash[2] or '0') .. ' execution=' .. (hash[3] or '')
    end
    if kind == 'stream' then
        local types = ''
        for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do types = types .. entry[2][2] end
        return types
    end
    local members = kind == 'zset' and redis.call('ZRANGE', key, 0, -1) or redis.call('SMEMBERS', key)
    table.sort(members)
    return table.concat(members, ',')
end
local passing = {'^freshet:offers?:', '^rq:execution', '^rq:scheduler%-lock:', '^freshet:completed:', '^freshet:tree:.*:failed$'}
local others = {'^rq:queues$', '^rq:suspended$', '^freshet:paused:', '^freshet:tree:'}
local function any(key, patterns)
    for _, pattern in ipairs(patterns) do if string.find(key, pattern) then return true end end
end
local lines = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
    local expires = redis.call('TTL', key) >= 0
    if any(key, passing) then
        if not expires then lines[#lines + 1] = key .. ' never expires' end
    elseif not any(key, others) then
        lines[#lines + 1] = key .. (expires and ' expires ' or ' ') .. content(key, redis.call('TYPE', key).ok)
    end
end
table.sort(lines)
return lines)";

std::uint64_t number_from_environment(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr std::size_t most_waiting = 30;

struct Fixture : tests::ListeningFixture {
    const std::uint64_t seed = number_from_environment("STATE_MACHINE_SEED", std::random_device()());
    std::mt19937_64 random{seed};
    Operations operations{redis};
    Schedule schedule{redis, {"high", "default"}};
    WorkQueue both{redis, {"high", "default"}, std::chrono::seconds(15)};
    QueueModel model;
    std::vector<TakenId> taken;
    std::string standing;                      ///< text of the offer
    std::map<std::string, ClaimedJob> claimed; ///< by execution, also of those that have ended
    std::vector<std::string> history;
    int jobs_made = 0;

    bool chance(int percent) { return pick(100) < static_cast<std::size_t>(percent); }
    std::size_t pick(std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
    }
    template <class Container>
    std::string any_of(const Container& ids) {
        return ids.empty() ? "none" : *std::next(ids.begin(), static_cast<std::ptrdiff_t>(pick(ids.size())));
    }
    std::string any_job() {
        Ids ids;
        for (const auto& [id, job] : model.jobs)
            ids.push_back(id);
        return any_of(ids);
    }
    /// Of a lease that is held, mostly.
    std::string any_execution() {
        Ids held, all;
        for (const auto& [execution, lease] : model.leases)
            held.push_back(execution);
        for (const auto& [execution, job] : claimed)
            all.push_back(execution);
        return any_of(chance(90) && !held.empty() ? held : all);
    }
    Lease lease_of(const std::string& execution) {
        const auto found = claimed.find(execution);
        return found == claimed.end() ? Lease{"default", "none", execution, "host.1.1"} : found->second.lease;
    }
    void say(std::string what) { history.push_back(std::move(what)); }

    NewJob random_job() {
        NewJob made = job(chance(3) ? any_of(model.with_status({"queued", "started", "finished"}))
                                    : fmt::format("j{}", ++jobs_made),
            chance(30) ? "high" : "default");
        if (chance(20)) made.place = NewJob::Place::front;
        if (chance(15)) made.due = std::chrono::sys_seconds(std::chrono::seconds(4'000'000'000));
        if (chance(40))
            for (std::size_t parents = 1 + pick(3); parents > 0; --parents)
                made.depends_on.push_back(any_job());
        if (chance(30)) made.on_failed_dependency = NewJob::OnFailure::run;
        if (chance(30)) made.retries = 1 + static_cast<int>(pick(2));
        if (chance(15)) made.queue_ttl = std::chrono::seconds(1'000);
        if (chance(15)) made.result_ttl = std::chrono::seconds(0);
        if (chance(5)) made.result_ttl = std::chrono::seconds(-1);
        if (chance(5)) made.failure_ttl = std::chrono::seconds(-1);
        if (chance(20)) made.run_id = fmt::format("run{}", pick(3));
        if (!made.run_id.empty() && chance(70)) made.admission = NewJob::Admission::single;
        if (chance(25)) made.tree = fmt::format("root{}", pick(4) + static_cast<std::size_t>(jobs_made / 20));
        return made;
    }

    void enqueue_some() {
        if (model.with_status({"queued", "deferred", "scheduled"}).size() > most_waiting) return;
        std::vector<NewJob> jobs;
        for (std::size_t count = chance(80) ? 1 : 2 + pick(4); count > 0; --count)
            jobs.push_back(random_job());
        enqueue_these(std::move(jobs));
    }

    void enqueue_these(std::vector<NewJob> jobs) {
        for (const NewJob& one : jobs)
            say(fmt::format(
                "enqueue {} on {} after [{}]", one.id, one.queue, fmt::join(one.depends_on, ",")));
        std::vector<Receipt::What> expected;
        std::set<std::string> looked_at;
        for (const NewJob& one : jobs) {
            expected.push_back(model.enqueue(one, looked_at));
            const bool is_new = expected.back() < Receipt::What::already_running;
            if (is_new && !one.tree.empty()) ask({"SADD", keys::tree(one.tree), one.id});
        }
        const auto receipts = wait(producer.enqueue_all(std::move(jobs)));
        for (std::size_t i = 0; i < receipts.size(); ++i)
            BOOST_TEST((receipts[i].what == expected[i]));
        take_handed();
    }

    void enqueue_for_offer() {
        auto one = random_job();
        one.depends_on.clear();
        one.due.reset();
        enqueue_these({std::move(one)});
    }

    /// As the worker that has offered a slot.
    void take_handed() {
        if (!exists(keys::handed("p1"))) return;
        const std::string expected = model.offer ? model.offer->taken_up_by : "";
        const auto job = handed_to().value();
        say("handed over: " + job.lease.job_id);
        BOOST_TEST(job.lease.job_id == expected);
        claimed[job.lease.execution] = job;
    }

    void move_to_intermediate() {
        const std::string queue = chance(50) ? "high" : "default";
        if (model.lists[queue].empty()) return;
        say("blocking move on " + queue);
        model.take_to_intermediate(queue);
        taken.push_back(
            {queue, ask({"LMOVE", keys::queue(queue), keys::intermediate(queue), "LEFT", "RIGHT"})});
    }

    void return_one_taken() {
        if (taken.empty()) return;
        const auto one = taken.back();
        taken.pop_back();
        say("return " + one.job_id);
        model.return_taken(one.queue, {one.job_id});
        (void)wait(both.return_taken(one.queue, {one.job_id}));
    }

    void claim_some() {
        std::size_t slots = chance(15) ? most_waiting : pick(4); // at times the queues are empty
        const std::size_t ahead = pick(slots + 1);
        const bool offers = chance(50), knows = chance(50);
        say(fmt::format(
            "claim {} slots, {} ahead, {} taken{}", slots, ahead, taken.size(), offers ? ", offering" : ""));
        ClaimRequest request{.workers = Words(slots, "host.1.1"), .ahead = ahead, .taken = taken};
        request.process = "p1";
        if (offers) request.offering = ClaimRequest::Offering::a_slot;
        const bool was_taken_up = model.offer && !model.offer->taken_up_by.empty();
        if (was_taken_up && knows) request.came = model.offer->execution;
        const auto answer = wait(both.claim(std::move(request)));
        const bool may_be_on_its_way = was_taken_up && !knows;
        BOOST_TEST(answer.taken_up == (may_be_on_its_way ? model.offer->execution : ""));
        if (may_be_on_its_way && slots > ahead) --slots;
        BOOST_TEST(answer.places == slots);
        Ids started, executions;
        for (const ClaimedJob& job : answer.jobs) {
            started.push_back(job.lease.job_id);
            executions.push_back(job.lease.execution);
            claimed[job.lease.execution] = job;
        }
        BOOST_TEST(
            model.claim({slots, ahead}, taken, executions) == started, boost::test_tools::per_element());
        BOOST_TEST(answer.suspended == model.suspended);
        BOOST_TEST(answer.paused.size() == model.paused.size());
        taken.clear();

        const auto queues = model.offered({slots, ahead}, started.size());
        const auto offered = offered_by("p1");
        BOOST_TEST((offered != "") == (offers && !queues.empty()));
        model.offer.reset();
        if (offered != "") model.offer = {offered, queues};
        if (model.offer && chance(60)) enqueue_for_offer();
    }

    void beat_one() {
        const auto execution = any_execution();
        say("heartbeat " + execution);
        BOOST_TEST((beat(lease_of(execution)) == model.beat(execution)));
        if (claimed.contains(execution)) claimed[execution].is_plain = false;
    }

    void complete_one() {
        const auto execution = any_execution();
        const ClaimedJob& job = claimed[execution];
        auto completion = chance(60) ? finished(lease_of(execution)) : failed(lease_of(execution));
        const bool failed = completion.outcome == Completion::Outcome::failed;
        if (failed && chance(25))
            completion.outcome = Completion::Outcome::stopped;
        else if (failed && job.retries.left > 0)
            completion.retry_in = std::chrono::seconds(chance(50) ? 0 : 100);
        completion.keep_for = failed ? job.failure_ttl : job.result_ttl;
        completion.is_plain = job.is_plain;
        say(fmt::format(
            "complete {} of {} ({})", execution, lease_of(execution).job_id, failed ? "failed" : "finished"));
        const bool held = model.complete(completion);
        BOOST_TEST((complete(completion).what == CompletionReply::What::done) == held);
        if (held && chance(20)) BOOST_TEST((complete(completion).what == CompletionReply::What::done_then));
    }

    void give_one_back() {
        const auto execution = any_execution();
        say("give back " + execution);
        const bool held = model.give_back(execution);
        BOOST_TEST(wait(both.give_back({lease_of(execution)})) == (held ? 1U : 0U));
    }

    void lose_a_worker() {
        const auto execution = any_execution();
        say(fmt::format("reap {} of {}", execution, lease_of(execution).job_id));
        let_expire(lease_of(execution));
        model.reap(execution, 2);
        (void)wait(both.reap(10, 2));
    }

    void cancel_one() {
        const auto id = any_job();
        if (chance(20)) {
            say("cancel tree of " + id);
            std::set<std::string> members;
            for (const auto& member : wait(operations.cancel_tree(id)))
                members.insert(member.job_id);
            BOOST_TEST(model.cancel_tree(id) == members, boost::test_tools::per_element());
        } else {
            say("cancel " + id);
            BOOST_TEST((wait(operations.cancel({id})).at(0) == model.cancel(id)));
        }
    }

    void stop_one() {
        const auto id = any_of(model.with_status({"started", "queued", "finished"}));
        say("stop " + id);
        BOOST_TEST((wait(operations.stop({id})).at(0) == model.stop(id)));
    }

    void requeue_one() {
        const auto failed = model.with_status({"failed", "stopped"});
        const auto id = chance(90) ? any_of(failed) : any_job();
        const auto place = chance(50) ? Operations::Place::front : Operations::Place::back;
        say("requeue " + id);
        BOOST_TEST((wait(operations.requeue({id}, place)).at(0) == model.requeue(id, place)));
    }

    void requeue_all_of_a_queue() {
        say("requeue all of default");
        std::istringstream ids(ask({"ZRANGE", keys::registry("failed", "default"), "0", "-1"}));
        std::size_t expected = 0;
        for (std::string id; std::getline(ids, id);)
            expected += model.requeue(id, Operations::Place::back) == Requeued::queued ? 1 : 0;
        BOOST_TEST(wait(operations.requeue_all("default")) == expected);
    }

    void delete_one() {
        const auto id = any_job();
        say("delete " + id);
        BOOST_TEST((wait(operations.remove({id})).at(0) == model.remove(id)));
    }

    void let_one_be_due() {
        const auto scheduled = model.with_status({"scheduled"});
        if (scheduled.empty()) return;
        const auto id = any_of(scheduled);
        say("due " + id);
        ask({"ZADD", keys::registry("scheduled", model.jobs[id].queue), "XX", "1", id});
        model.move_due(id);
        BOOST_TEST(wait(schedule.move_due()).jobs == 1U);
    }

    void suspend_or_resume() {
        model.suspended = !model.suspended;
        say(model.suspended ? "suspend" : "resume");
        ask(model.suspended ? Words{"SET", "rq:suspended", "1"} : Words{"DEL", "rq:suspended"});
    }

    void pause_or_resume_a_queue() {
        const std::string queue = chance(50) ? "high" : "default";
        if (model.paused.erase(queue) == 0) {
            say("pause " + queue);
            model.paused.insert(queue);
            (void)result_of(pause_queues(redis, {{queue}}));
        } else {
            say("resume " + queue);
            BOOST_TEST(wait(resume_queues(redis, {{queue}})) == 1U);
        }
    }

    // What RQ's StartedJobRegistry.cleanup() does with an entry whose time is over.
    void clean_as_rq() {
        const auto execution = any_execution();
        const auto lease = model.leases.find(execution);
        if (lease == model.leases.end() || !lease->second.in_wip) return;
        const auto& [id, queue, in_wip] = lease->second;
        const auto* job = model.find(id);
        if (!job || job->status != "started") return;
        say("RQ cleans " + id);
        ask({"ZREM", keys::registry("wip", queue), id});
        if (job->retries_left > 0) {
            ask({"HINCRBY", keys::job(id), "retries_left", "-1"});
            ask({"HSET", keys::job(id), "status", "queued"});
            ask({"RPUSH", keys::queue(queue), id});
        } else {
            ask({"HSET", keys::job(id), "status", "failed"});
            ask({"ZADD", keys::registry("failed", queue), "4000000000", id});
        }
        model.clean_as_rq(id);
    }

    static const std::string& only_what_expires() {
        static const std::string script = "redis.call('SELECT', ARGV[1]) local n = 0 for i = 2, #ARGV do "
                                          "if redis.call('TTL', ARGV[i]) >= 0 then n = n + redis.call('DEL', "
                                          "ARGV[i]) end end return n";
        return script;
    }

    void let_one_expire() { expire(any_job()); }
    void expire(const std::string& id) {
        const auto* job = model.find(id);
        if (!job || ttl(keys::job(id)) < 0) return;
        say("expiry of " + id);
        const auto queue = job->queue;
        server.command({"EVAL", only_what_expires(), "0", "9", keys::job(id), keys::results(id),
            keys::dependents(id), keys::dependencies(id)});
        for (const std::string registry : {"finished", "failed", "canceled"})
            ask({"ZADD", keys::registry(registry, queue), "XX", "1", id});
        model.expire(id);
    }

    void clean_registries() {
        say("clean registries");
        for (const std::string queue : {"high", "default"})
            for (const std::string registry : {"finished", "failed", "canceled"})
                ask({"ZREMRANGEBYSCORE", keys::registry(registry, queue), "-inf", "1"});
        model.clean_registries();
    }

    std::string text() { return server.command({"EVAL", dump_script, "0", "9"}); }

    // Jobs that one step releases together stand behind each other in any order.
    void adopt_open_order() {
        for (auto& [queue, ids] : model.lists) {
            std::istringstream listed(ask({"LRANGE", keys::queue(queue), "0", "-1"}));
            std::deque<std::string> found;
            for (std::string id; std::getline(listed, id);)
                found.push_back(id);
            if (std::is_permutation(found.begin(), found.end(), ids.begin(), ids.end())) ids = found;
        }
        model.order_is_open = false;
    }

    void check() {
        if (model.order_is_open) adopt_open_order();
        const auto expected = model.text(), found = text();
        if (expected == found) return;
        std::set<std::string> wanted, there;
        std::istringstream first(expected), second(found);
        for (std::string line; std::getline(first, line);)
            wanted.insert(line);
        for (std::string line; std::getline(second, line);)
            there.insert(line);
        std::string differences;
        for (const auto& line : wanted)
            if (!there.contains(line)) differences += "\n  expected " + line;
        for (const auto& line : there)
            if (!wanted.contains(line)) differences += "\n  found    " + line;
        const auto first_shown = history.size() > 25 ? history.end() - 25 : history.begin();
        BOOST_FAIL(fmt::format("STATE_MACHINE_SEED={} step {}:{}\nafter\n  {}", seed, history.size(),
            differences, fmt::join(first_shown, history.end(), "\n  ")));
    }

    void step() {
        struct Choice {
            int weight;
            void (Fixture::*operation)();
        };
        static constexpr std::array<Choice, 19> choices{
            {{20, &Fixture::enqueue_some}, {22, &Fixture::claim_some}, {6, &Fixture::move_to_intermediate},
                {3, &Fixture::return_one_taken}, {6, &Fixture::beat_one}, {18, &Fixture::complete_one},
                {4, &Fixture::give_one_back}, {5, &Fixture::lose_a_worker}, {5, &Fixture::cancel_one},
                {4, &Fixture::stop_one}, {5, &Fixture::requeue_one}, {1, &Fixture::requeue_all_of_a_queue},
                {4, &Fixture::delete_one}, {6, &Fixture::let_one_be_due}, {1, &Fixture::suspend_or_resume},
                {2, &Fixture::pause_or_resume_a_queue}, {4, &Fixture::clean_as_rq},
                {8, &Fixture::let_one_expire}, {3, &Fixture::clean_registries}}};
        int total = 0;
        for (const auto& choice : choices)
            total += choice.weight;
        int left = static_cast<int>(pick(static_cast<std::size_t>(total)));
        for (const auto& choice : choices) {
            left -= choice.weight;
            if (left < 0) return (this->*choice.operation)();
        }
    }

    void end_everything() {
        if (model.suspended) suspend_or_resume();
        (void)wait(resume_queues(redis, {{"high", "default"}}));
        model.paused.clear();
        for (const auto& [execution, lease] : std::map(model.leases)) {
            let_expire(lease_of(execution));
            model.reap(execution, -1);
        }
        (void)wait(both.reap(1'000, -1));
        for (const auto& id : model.with_status({"queued", "deferred", "scheduled"}))
            BOOST_TEST((wait(operations.cancel({id})).at(0) == model.cancel(id)));
        check();
    }
    void let_all_time_pass() {
        for (const auto& id : model.with_status({"finished", "failed", "stopped", "canceled"}))
            expire(id);
        clean_registries();
        (void)wait(both.claim(
            {.workers = {"host.1.1"}, .taken = taken})); // drops the ids of queued jobs that expired
        const std::string all = ask({"KEYS", "*"});
        Words expire_all{"EVAL", only_what_expires(), "0", "9"};
        std::istringstream lines(all);
        for (std::string key; std::getline(lines, key);)
            expire_all.push_back(key);
        server.command(expire_all);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(state_machine, Fixture)

BOOST_AUTO_TEST_CASE(the_queue_agrees_with_the_model_after_every_step_and_nothing_is_left_at_the_end) {
    const auto steps = number_from_environment("STATE_MACHINE_STEPS", 3'000);
    std::cout << fmt::format("STATE_MACHINE_SEED={} STATE_MACHINE_STEPS={}\n", seed, steps) << std::flush;
    for (std::uint64_t i = 0; i < steps; ++i) {
        step();
        check();
    }
    end_everything();
    let_all_time_pass();

    // Kept for ever, as their producers asked, or because RQ's cleaner gives its failures no time to live.
    for (const auto& id : model.with_status({"finished", "failed", "stopped", "canceled"}))
        BOOST_TEST((wait(operations.remove({id})).at(0) == Deleted::deleted), id);
    std::istringstream left(ask({"KEYS", "*"}));
    for (std::string key; std::getline(left, key);)
        BOOST_TEST((key == keys::queues || key.starts_with("freshet:tree:")), key);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
