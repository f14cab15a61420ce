#include "jobs/doctor/doctor.hpp"
#include "jobs/queue/operations.hpp"
#include "jobs/queue/schedule.hpp"
#include "tests/support/queue_fixture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

/// What the state machine's model leaves out: random sequences with keys, slots of two kinds and repeats. The
/// doctor must find nothing after any step, and no key may have more holders than its limit.
/// STATE_MACHINE_SEED repeats a sequence.
namespace freshet::jobs {
namespace {

std::uint64_t seed_from_environment() {
    const char* text = std::getenv("STATE_MACHINE_SEED");
    return text ? std::strtoull(text, nullptr, 10) : std::random_device()();
}

constexpr int steps = 500;
constexpr std::size_t most_waiting = 25;
const std::map<std::string, int> limits{{"k1", 1}, {"k2", 2}, {"k3", 1}};

struct Fixture : tests::QueueFixture {
    const std::uint64_t seed = seed_from_environment();
    std::mt19937_64 random{seed};
    Operations operations{redis};
    Schedule schedule{redis, {"high", "default", "low"}};
    Doctor doctor{redis, {.settle = std::chrono::milliseconds(0)}};
    std::vector<std::string> ids, history;
    std::map<std::string, ClaimedJob> running; ///< by execution

    std::size_t pick(std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
    }
    bool chance(std::size_t percent) { return pick(100) < percent; }
    std::string any_key() { return fmt::format("k{}", 1 + pick(limits.size())); }
    std::string any_job() { return ids.empty() ? "none" : ids[pick(ids.size())]; }
    void say(std::string what) { history.push_back(std::move(what)); }

    std::size_t waiting() {
        std::size_t number = 0;
        for (const auto& id : ids)
            if (const auto found = status(id); found == "queued" || found == "deferred") ++number;
        return number;
    }

    void enqueue_one() {
        if (waiting() > most_waiting) return;
        constexpr std::array<const char*, 3> queues{"high", "default", "low"};
        auto one = job(fmt::format("j{}", history.size()), queues[pick(queues.size())]);
        if (chance(60)) one.key = any_key();
        if (!one.key.empty()) one.key_limit = limits.at(one.key);
        if (chance(20)) one.depends_on.push_back(any_job());
        if (chance(30)) one.retries = 2;
        if (chance(15)) one.result_ttl = std::chrono::seconds(0);
        if (chance(15)) one.place = NewJob::Place::front;
        say(fmt::format("enqueue {} on {} key '{}' after [{}]", one.id, one.queue, one.key,
            fmt::join(one.depends_on, ",")));
        ids.push_back(one.id);
        const auto id = one.id;
        enqueue(std::move(one));
        if (chance(15)) ask({"HSET", keys::job(id), "repeats_left", "2", "repeat_intervals", "[0]"});
    }

    void claim_some() {
        ClaimRequest request;
        request.workers = Words(1 + pick(4), "host.1.1");
        for (const char* kind : {"cpu", "io"})
            if (chance(70)) request.free_of_kind[kind] = pick(3);
        auto claimed = wait(queue.claim(std::move(request)));
        say("claim " + ids_of(claimed.jobs));
        for (auto& job : claimed.jobs)
            admit(std::move(job));
    }

    // Some turn out to need a slot of another kind or a key that their record does not name.
    void admit(ClaimedJob job) {
        Needs needs{.lease = job.lease};
        if (chance(25)) needs.missing_kind = chance(50) ? "cpu" : "io";
        if (job.key.empty() && chance(25)) needs.key = any_key();
        if (!needs.key.empty()) needs.key_limit = limits.at(needs.key);
        const auto execution = job.lease.execution;
        if (needs.missing_kind.empty() && needs.key.empty()) {
            running.emplace(execution, std::move(job));
            return;
        }
        say(fmt::format("admit {} kind '{}' key '{}'", job.lease.job_id, needs.missing_kind, needs.key));
        job.is_plain = job.is_plain && needs.key.empty();
        const auto admission = wait(queue.admit(std::move(needs)));
        BOOST_TEST((admission != Admission::lost));
        if (admission == Admission::go) running.emplace(execution, std::move(job));
    }

    void complete_one() {
        if (running.empty()) return;
        const auto chosen = std::next(running.begin(), static_cast<std::ptrdiff_t>(pick(running.size())));
        const ClaimedJob job = chosen->second;
        running.erase(chosen);
        auto completion = chance(60) ? finished(job.lease) : failed(job.lease);
        const bool failed = completion.outcome == Completion::Outcome::failed;
        if (failed && job.retries.left > 0) completion.retry_in = std::chrono::seconds(chance(50) ? 0 : 100);
        completion.keep_for = failed ? job.failure_ttl : job.result_ttl;
        completion.is_plain = job.is_plain;
        say(fmt::format("complete {} ({})", job.lease.job_id, failed ? "failed" : "finished"));
        complete(std::move(completion));
    }

    void give_one_back() {
        if (running.empty()) return;
        const auto lease = running.begin()->second.lease;
        running.erase(running.begin());
        say("give back " + lease.job_id);
        (void)wait(queue.give_back({lease}));
    }
    void lose_a_worker() {
        if (running.empty()) return;
        const auto lease = running.begin()->second.lease;
        running.erase(running.begin());
        say("reap " + lease.job_id);
        let_expire(lease);
        reap(1);
    }
    void stop_or_cancel_one() {
        const auto id = any_job();
        const bool stop = chance(30);
        say((stop ? "stop " : "cancel ") + id);
        if (stop)
            (void)wait(operations.stop({id}));
        else
            (void)wait(operations.cancel({id}));
    }
    void requeue_one() {
        const auto id = any_job();
        say("requeue " + id);
        (void)wait(operations.requeue({id}));
    }
    void delete_one() {
        const auto id = any_job();
        say("delete " + id);
        (void)wait(operations.remove({id}));
        std::erase_if(running, [&](const auto& one) { return !leased(one.second.lease); });
    }
    void let_all_be_due() {
        say("due");
        for (const std::string name : {"high", "default", "low"}) {
            std::istringstream scheduled(ask({"ZRANGE", keys::registry("scheduled", name), "0", "-1"}));
            for (std::string id; std::getline(scheduled, id);)
                ask({"ZADD", keys::registry("scheduled", name), "XX", "1", id});
        }
        (void)wait(schedule.move_due());
    }
    void grant() { (void)wait(queue.grant_keys(100)); }

    void step() {
        switch (pick(12)) {
        case 0:
        case 1:
        case 2:
            return enqueue_one();
        case 3:
        case 4:
            return claim_some();
        case 5:
        case 6:
            return complete_one();
        case 7:
            return chance(50) ? give_one_back() : lose_a_worker();
        case 8:
            return stop_or_cancel_one();
        case 9:
            return requeue_one();
        case 10:
            return chance(50) ? delete_one() : grant();
        default:
            return let_all_be_due();
        }
    }

    void check() {
        std::string wrong;
        for (const auto& one : wait(doctor.examine()))
            wrong += fmt::format("  {} {}: {}\n", describe(one.trouble).name, one.subject.back(), one.found);
        for (const auto& [key, limit] : limits)
            if (const auto holders = std::stoi(ask({"SCARD", "freshet:key:" + key})); holders > limit)
                wrong += fmt::format("  {} hold {}, at most {} may\n", holders, key, limit);
        if (wrong.empty()) return;
        const auto shown = history.size() > 25 ? history.end() - 25 : history.begin();
        BOOST_FAIL(fmt::format("STATE_MACHINE_SEED={} step {}:\n{}after\n  {}", seed, history.size(), wrong,
            fmt::join(shown, history.end(), "\n  ")));
    }

    // Each job gets its turn: none is left behind on a list of those that wait.
    void end_everything() {
        for (int round = 0; round < 1'000 && !(running.empty() && waiting_for_their_turn() == 0); ++round) {
            let_all_be_due();
            for (const auto& [execution, job] : running)
                complete(finished(job.lease));
            running.clear();
            ClaimRequest request;
            request.workers = Words(8, "host.1.1");
            request.free_of_kind = {{"cpu", 4}, {"io", 4}};
            for (auto& job : wait(queue.claim(std::move(request))).jobs)
                running.emplace(job.lease.execution, job);
        }
        BOOST_TEST(waiting_for_their_turn() == 0U, fmt::format("STATE_MACHINE_SEED={}", seed));
    }
    std::size_t waiting_for_their_turn() {
        return static_cast<std::size_t>(std::ranges::count_if(ids, [&](const std::string& id) {
            const auto found = status(id);
            return found == "queued" || found == "started" || found == "scheduled";
        }));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(random_keys, Fixture)

BOOST_AUTO_TEST_CASE(no_record_contradicts_another_no_key_has_too_many_holders_and_each_job_gets_its_turn) {
    std::cout << fmt::format("STATE_MACHINE_SEED={}\n", seed) << std::flush;
    for (int i = 0; i < steps; ++i) {
        step();
        check();
    }
    end_everything();
    check();
    for (const auto& [key, limit] : limits)
        BOOST_TEST(ask({"EXISTS", "freshet:key:" + key, "freshet:key:" + key + ":waiting"}) == "0", key);
    BOOST_TEST(!exists("freshet:keys"));
    BOOST_TEST(!exists("freshet:leases"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
