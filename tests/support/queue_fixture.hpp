#pragma once

#include "jobs/client/producer.hpp"
#include "jobs/queue/encoding.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/work_queue.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace freshet::tests {

/// The server that the suites of one test program share; each fixture starts on it with all databases empty.
inline RedisServer& shared_server() {
    static RedisServer server;
    return server;
}

/// A producer and a worker's queue on a real server, with calls that block.
struct QueueFixture {
    using Words = std::vector<std::string>;

    QueueFixture() {
        server.command({"FLUSHALL"});
        boost::asio::co_spawn(context, redis.run(), [this](std::exception_ptr) { ended = true; });
    }
    ~QueueFixture() {
        redis.stop();
        run_until(context, [this] { return ended; });
    }

    template <class T>
    Result<T> result_of(boost::asio::awaitable<Result<T>> call) {
        std::optional<Result<T>> result;
        const auto keep = [&]() -> boost::asio::awaitable<void> {
            result.emplace(co_await std::move(call));
        };
        run_coroutine(context, keep());
        return std::move(*result);
    }
    template <class T>
    T wait(boost::asio::awaitable<Result<T>> call) {
        return result_of(std::move(call)).value();
    }

    /// One command in a database; the reply as text, one element a line.
    std::string in(int database, const Words& words) const {
        static const std::string script = "redis.call('SELECT', ARGV[1]) return redis.call(unpack(ARGV, 2))";
        Words eval{"EVAL", script, "0", std::to_string(database)};
        eval.insert(eval.end(), words.begin(), words.end());
        auto reply = server.command(eval);
        if (reply.starts_with("(error)")) throw std::runtime_error(words.front() + ": " + reply);
        return reply;
    }
    /// The same in the queue's database.
    std::string ask(const Words& words) const { return in(redis.settings().databases.queue, words); }

    std::string field(const std::string& id, const std::string& name) const {
        return ask({"HGET", jobs::keys::job(id), name});
    }
    std::string status(const std::string& id) const { return field(id, "status"); }
    /// The ids on a queue from head to back, with commas between.
    std::string listed(const std::string& queue) const {
        auto text = ask({"LRANGE", jobs::keys::queue(queue), "0", "-1"});
        std::replace(text.begin(), text.end(), '\n', ',');
        return text;
    }
    bool registered(const std::string& registry, const std::string& queue, const std::string& id) const {
        return ask({"ZSCORE", jobs::keys::registry(registry, queue), id}) != "(nil)";
    }
    bool exists(const std::string& key) const { return ask({"EXISTS", key}) == "1"; }
    int ttl(const std::string& key) const { return std::stoi(ask({"TTL", key})); }

    static jobs::NewJob job(const std::string& id, const std::string& queue = "default") {
        jobs::NewJob job;
        job.call.function = "freshet.probe_rq";
        job.id = id;
        job.queue = queue;
        return job;
    }
    static jobs::NewJob child(const std::string& id, Words parents) {
        auto job = QueueFixture::job(id);
        job.depends_on = std::move(parents);
        return job;
    }
    /// build_climate on a run.
    static jobs::NewJob run_job(const std::string& id, const std::string& run_id) {
        auto job = jobs::job_for_run("build_climate", run_id).value();
        job.id = id;
        return job;
    }

    jobs::Receipt enqueue(jobs::NewJob job) { return wait(producer.enqueue(std::move(job))); }

    /// Claims up to `slots` jobs.
    std::vector<jobs::ClaimedJob> claim(std::size_t slots = 1, std::vector<jobs::TakenId> taken = {}) {
        Words workers;
        for (std::size_t slot = 1; slot <= slots; ++slot)
            workers.push_back("host.1." + std::to_string(slot));
        return wait(queue.claim({.workers = std::move(workers), .taken = std::move(taken)})).jobs;
    }
    /// Claims the one job that is there.
    jobs::Lease claim_one() {
        const auto claimed = claim();
        BOOST_TEST_REQUIRE(claimed.size() == 1U);
        return claimed[0].lease;
    }
    /// Their ids with commas between.
    static std::string ids_of(const std::vector<jobs::ClaimedJob>& claimed) {
        std::string ids;
        for (const auto& job : claimed)
            ids += (ids.empty() ? "" : ",") + job.lease.job_id;
        return ids;
    }

    static jobs::Completion finished(const jobs::Lease& lease) {
        jobs::Completion completion;
        completion.lease = lease;
        return completion;
    }
    static jobs::Completion failed(const jobs::Lease& lease, std::string why = "it broke") {
        auto completion = finished(lease);
        completion.outcome = jobs::Completion::Outcome::failed;
        completion.error_text = std::move(why);
        return completion;
    }
    jobs::CompletionReply complete(jobs::Completion completion) {
        std::vector<jobs::Completion> one{std::move(completion)};
        return wait(queue.complete(std::move(one))).at(0);
    }
    /// Enqueues, claims and finishes it.
    void run_to_the_end(const std::string& id) {
        enqueue(job(id));
        complete(finished(claim_one()));
    }
    jobs::LeaseState beat(const jobs::Lease& lease) {
        std::vector<jobs::Pulse> one{{lease, std::nullopt}};
        return wait(queue.heartbeat(std::move(one))).at(0);
    }
    /// As if its worker had been silent for longer than a lease.
    void let_expire(const jobs::Lease& lease) const {
        ask({"ZADD", "freshet:leases", "XX", "1", lease.job_id + ":" + lease.execution});
    }
    std::vector<jobs::Reaped> reap(int most_reaped = 3) { return wait(queue.reap(100, most_reaped)); }
    bool leased(const jobs::Lease& lease) const {
        return ask({"ZSCORE", "freshet:leases", lease.job_id + ":" + lease.execution}) != "(nil)";
    }
    std::int64_t server_time() const { return std::stoll(ask({"TIME"})); }

    RedisServer& server = shared_server();
    boost::asio::io_context context;
    prep::redis::Connection redis{context.get_executor(), server.settings(), {.database = 9, .name = "test"}};
    jobs::Producer producer{redis};
    jobs::WorkQueue queue{redis, {"high", "default", "low"}, std::chrono::seconds(30)};
    bool ended = false;
};

} // namespace freshet::tests
