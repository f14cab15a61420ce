#include "jobs/cli/commands.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/output.hpp"
#include "jobs/cli/queues.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/pause.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <fmt/ostream.h>
#include <unistd.h>

#include <array>
#include <map>
#include <set>
#include <sstream>

namespace freshet::jobs::cli {
namespace {

namespace json = boost::json;
using prep::redis::Command;
using prep::redis::Connection;

constexpr std::array<std::string_view, 6> registries{
    "wip", "deferred", "scheduled", "finished", "failed", "canceled"};
constexpr std::chrono::seconds between_looks{1};
constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";

struct QueueCounts {
    std::string name;
    bool paused = false;
    std::int64_t queued = 0; ///< those that wait for a slot of their kind or for a key too
    std::array<std::int64_t, registries.size()> in_registries{};
};

using WorkerFields = std::map<std::string, std::string>; ///< its hash, and `name`

struct Overview {
    bool suspended = false;
    std::vector<QueueCounts> queues;
    std::vector<WorkerFields> workers;
};

std::string_view shown_name(std::string_view registry) {
    return registry == "wip" ? "started" : registry;
}

awaitable<std::vector<QueueCounts>> count_queues(Connection& redis) {
    const auto names = co_await queue_names(redis);
    std::vector<Command> commands;
    for (const std::string& name : names) {
        commands.emplace_back("EXISTS", keys::paused(name));
        commands.emplace_back("LLEN", keys::queue(name));
        for (const auto kind : keys::slot_kinds)
            commands.emplace_back("LLEN", keys::set_aside(name, kind));
        for (const auto registry : registries)
            commands.emplace_back("ZCARD", keys::registry(registry, name));
    }
    std::vector<QueueCounts> counts;
    if (commands.empty()) co_return counts;
    const auto replies = co_await redis.call_each(std::move(commands));
    auto waiting = co_await jobs_waiting_for_keys(redis);
    auto reply = replies.value().begin();
    for (const std::string& name : names) {
        QueueCounts& one = counts.emplace_back();
        one.name = name;
        one.paused = (reply++)->integer() == 1;
        one.queued = static_cast<std::int64_t>(waiting[name].size());
        for (std::size_t list = 0; list < 1 + keys::slot_kinds.size(); ++list)
            one.queued += (reply++)->integer();
        for (auto& count : one.in_registries)
            count = (reply++)->integer();
    }
    co_return counts;
}

awaitable<std::vector<WorkerFields>> read_workers(Connection& redis) {
    Command members("SMEMBERS", keys::workers);
    const auto known = co_await redis.call(std::move(members));
    std::set<std::string> worker_keys;
    for (std::size_t i = 0; i < known.value().size(); ++i)
        worker_keys.emplace((*known)[i].text());
    std::vector<Command> commands;
    for (const auto& key : worker_keys)
        commands.emplace_back("HGETALL", key);
    std::vector<WorkerFields> workers;
    if (commands.empty()) co_return workers;
    const auto replies = co_await redis.call_each(std::move(commands));
    auto reply = replies.value().begin();
    for (const auto& key : worker_keys) {
        WorkerFields fields{{"name", key.substr(keys::worker("").size())}};
        for (std::size_t i = 0; i + 1 < reply->size(); i += 2)
            fields.emplace((*reply)[i].text(), (*reply)[i + 1].text());
        if (fields.size() > 1) workers.push_back(std::move(fields));
        ++reply;
    }
    co_return workers;
}

awaitable<Overview> read_overview(Connection& redis) {
    Overview overview;
    Command suspended("EXISTS", keys::suspended);
    const auto reply = co_await redis.call(std::move(suspended));
    overview.suspended = reply.value().integer() == 1;
    overview.queues = co_await count_queues(redis);
    overview.workers = co_await read_workers(redis);
    co_return overview;
}

std::string field(const WorkerFields& worker, const std::string& name) {
    const auto found = worker.find(name);
    return found == worker.end() ? "" : found->second;
}

// A worker that has done nothing so far has no count.
std::string count_of(const WorkerFields& worker, const std::string& name) {
    const auto count = field(worker, name);
    return count.empty() ? "0" : count;
}

void print_tables(const Overview& overview, std::ostream& out) {
    if (overview.suspended) fmt::print(out, "suspended: no job starts ('freshet resume')\n\n");
    std::vector<std::string> headers{"queue", "queued"};
    for (const auto registry : registries)
        headers.emplace_back(shown_name(registry));
    headers.emplace_back("state");
    std::vector<std::vector<std::string>> rows;
    for (const QueueCounts& queue : overview.queues) {
        auto& row = rows.emplace_back(std::vector<std::string>{queue.name, std::to_string(queue.queued)});
        for (const auto count : queue.in_registries)
            row.push_back(std::to_string(count));
        row.emplace_back(queue.paused ? "paused" : "open");
    }
    print_table(out, headers, rows);

    rows.clear();
    for (const WorkerFields& worker : overview.workers)
        rows.push_back({field(worker, "name"), field(worker, "state"), field(worker, "queues"),
            count_of(worker, "successful_job_count"), count_of(worker, "failed_job_count"),
            field(worker, "current_job")});
    fmt::print(out, "\n");
    print_table(out, {"worker", "state", "queues", "finished", "failed", "job"}, rows);
}

json::value to_json(const Overview& overview) {
    json::array queues, workers;
    for (const QueueCounts& queue : overview.queues) {
        json::object one{{"name", queue.name}, {"paused", queue.paused}, {"queued", queue.queued}};
        for (std::size_t i = 0; i < registries.size(); ++i)
            one[shown_name(registries[i])] = queue.in_registries[i];
        queues.push_back(std::move(one));
    }
    for (const WorkerFields& worker : overview.workers) {
        json::object one;
        for (const auto& [name, value] : worker)
            one[name] = value;
        workers.push_back(std::move(one));
    }
    return {{"suspended", overview.suspended}, {"queues", queues}, {"workers", workers}};
}

awaitable<std::string> overview_text(const Context& context) {
    const auto overview = co_await read_overview(context.redis);
    std::ostringstream text;
    if (context.has("json"))
        print_json(text, to_json(overview));
    else
        print_tables(overview, text);
    co_return text.str();
}

} // namespace

awaitable<int> info(Context& context) {
    const bool on_terminal = isatty(STDOUT_FILENO) == 1 && !context.has("json");
    std::string last;
    while (true) {
        const auto text = co_await overview_text(context);
        if (text != last) {
            if (context.has("watch") && on_terminal) context.out << clear_screen;
            context.out << text << std::flush;
        }
        last = text;
        if (!context.has("watch")) co_return ExitCode::success;
        boost::asio::steady_timer pause(context.redis.executor(), between_looks);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}

} // namespace freshet::jobs::cli
