#include "jobs/cli/commands.hpp"

#include "jobs/queue/keys.hpp"
#include "prep/async/group.hpp"
#include "rules/task_catalogue.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace freshet::jobs::cli {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;
using prep::redis::ReplyView;

constexpr std::string_view queue_key_prefix = "rq:queue:";
constexpr std::array<std::string_view, 6> registries{
    "wip", "deferred", "scheduled", "finished", "failed", "canceled"};

json::value to_argument(const std::string& word) {
    json::error_code error;
    auto value = json::parse(word, error);
    return error ? json::value(word) : value;
}

// Whatever completes as a task of the catalogue, and what enqueues such tasks.
bool works_on_a_run(std::string_view task) {
    return rules::task_named(task) || task == "run_wepp";
}

NewJob job_of(const std::vector<std::string>& words, const EnqueueOptions& options) {
    if (words.empty()) throw Failure({Errc::bad_input, "enqueue: expected a task and a run id"});
    const std::string& task = words[0];
    if (works_on_a_run(task)) {
        if (words.size() != 2)
            throw Failure({Errc::bad_input, fmt::format("enqueue {}: expected one run id", task)});
        NewJob job = job_for_run(task, words[1], options.queue).value();
        job.admission = NewJob::Admission::single;
        return job;
    }
    NewJob job;
    job.call.function = "freshet." + task;
    for (std::size_t i = 1; i < words.size(); ++i)
        job.call.args.push_back(to_argument(words[i]));
    job.queue = options.queue;
    return job;
}

std::string shown(const std::optional<Moment>& moment) {
    return moment ? to_rq_text(*moment) : "-";
}

void print_job(const JobRecord& job, std::ostream& out) {
    const auto line = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) fmt::print(out, "{:<12} {}\n", name, value);
    };
    line("job", job.id);
    line("status", job.status);
    line("queue", job.origin);
    line("call", job.description);
    line("run", job.run_id);
    line("created", shown(job.created_at));
    line("queued", shown(job.enqueued_at));
    line("started", shown(job.started_at));
    line("ended", shown(job.ended_at));
    line("worker", job.worker_name);
    line("error", job.error_text);
}

int print_end(const Ended& ended, std::ostream& out) {
    print_job(ended.job, out);
    if (!ended.value.is_null()) fmt::print(out, "{:<12} {}\n", "result", json::serialize(ended.value));
    return ended.job.status == "finished" ? ExitCode::success : ExitCode::failed;
}

awaitable<int> follow(Connection& redis, std::string id, std::chrono::seconds limit, std::ostream& out) {
    const prep::redis::ConnectionOptions options{redis.settings().databases.queue, "freshet-wait"};
    Connection blocking(redis.executor(), redis.settings(), options);
    prep::CoroutineGroup connections(redis.executor());
    connections.spawn("blocking connection", blocking.run());

    Producer producer(redis);
    const auto ended = co_await producer.wait(std::move(id), blocking, limit);
    blocking.stop();
    co_await connections.join();
    co_return print_end(ended.value(), out);
}

struct QueueCounts {
    std::string name;
    std::int64_t queued = 0;
    std::array<std::int64_t, registries.size()> in_registries{};
};

awaitable<std::vector<std::string>> queue_names(Connection& redis) {
    Command members("SMEMBERS", keys::queues);
    const auto reply = co_await redis.call(std::move(members));
    std::vector<std::string> names;
    for (std::size_t i = 0; i < reply.value().size(); ++i) {
        const auto key = (*reply)[i].text();
        if (key.starts_with(queue_key_prefix)) names.emplace_back(key.substr(queue_key_prefix.size()));
    }
    std::sort(names.begin(), names.end());
    co_return names;
}

awaitable<std::vector<QueueCounts>> count_queues(Connection& redis) {
    auto names = co_await queue_names(redis);
    std::vector<Command> commands;
    for (const std::string& name : names) {
        commands.emplace_back("LLEN", keys::queue(name));
        for (const auto registry : registries)
            commands.emplace_back("ZCARD", keys::registry(registry, name));
    }
    std::vector<QueueCounts> counts;
    if (commands.empty()) co_return counts;
    const auto replies = co_await redis.call_all(std::move(commands));
    auto reply = replies.value().begin();
    for (std::string& name : names) {
        QueueCounts one{std::move(name), (reply++)->integer(), {}};
        for (auto& count : one.in_registries)
            count = (reply++)->integer();
        counts.push_back(std::move(one));
    }
    co_return counts;
}

} // namespace

int ExitCode::of(const Error& error) {
    switch (error.code) {
    case Errc::bad_input:
        return bad_input;
    case Errc::not_found:
        return not_found;
    case Errc::unavailable:
    case Errc::unknown_fate:
        return unavailable;
    case Errc::conflict:
        return conflict;
    case Errc::timed_out:
        return timed_out;
    default:
        return failed;
    }
}

awaitable<int> enqueue(
    Connection& redis, std::vector<std::string> words, EnqueueOptions options, std::ostream& out) {
    NewJob job = job_of(words, options);
    Producer producer(redis);
    const auto receipt = co_await producer.enqueue(std::move(job));
    if (receipt.value().what == Receipt::What::already_running)
        throw Failure({Errc::conflict, fmt::format("enqueue {}: already queued or running as job {}",
                                           fmt::join(words, " "), receipt->job_id)});
    fmt::print(out, "{}\n", receipt->job_id);
    out.flush();
    if (options.wait == EnqueueOptions::Wait::no) co_return ExitCode::success;
    co_return co_await follow(redis, receipt->job_id, options.wait_limit, out);
}

awaitable<int> status(Connection& redis, std::string job_id, std::ostream& out) {
    Producer producer(redis);
    const auto job = co_await producer.job(std::move(job_id));
    print_job(job.value(), out);
    co_return ExitCode::success;
}

awaitable<int> info(Connection& redis, std::ostream& out) {
    const auto counts = co_await count_queues(redis);
    fmt::print(out, "{:<24} {:>8} {:>8} {:>9} {:>9} {:>9} {:>8} {:>9}\n", "queue", "queued", "started",
        "deferred", "scheduled", "finished", "failed", "canceled");
    for (const QueueCounts& queue : counts) {
        const auto& n = queue.in_registries;
        fmt::print(out, "{:<24} {:>8} {:>8} {:>9} {:>9} {:>9} {:>8} {:>9}\n", queue.name, queue.queued, n[0],
            n[1], n[2], n[3], n[4], n[5]);
    }
    co_return ExitCode::success;
}

} // namespace freshet::jobs::cli
