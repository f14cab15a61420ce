#include "jobs/cli/prep_commands.hpp"

#include "jobs/cli/exit_code.hpp"
#include "prep/async/group.hpp"
#include "prep/redis/subscriber.hpp"
#include "prep/store/locks.hpp"
#include "prep/store/redis_prep.hpp"
#include "rules/preflight.hpp"
#include "rules/task_catalogue.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace freshet::jobs::cli {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;
using prep::redis::Subscriber;

constexpr std::string_view timestamp_prefix = "timestamps:";

struct Status {
    std::string run_id;
    std::vector<std::pair<std::string, std::int64_t>> timestamps; ///< oldest first
    rules::Preflight preflight;
    std::vector<prep::LockHolder> holders;
};

std::string shown(std::int64_t seconds) {
    return fmt::format("{:%F %TZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string label_of(const std::string& stored) {
    const auto* task = rules::task_stored_as(stored);
    return task ? std::string(task->label) : stored;
}

std::string columns(const Status& status) {
    auto text = fmt::format("run {}", status.run_id);
    if (status.preflight.last_modified)
        text += fmt::format(", last modified {}", shown(*status.preflight.last_modified));
    text += "\n\ntimestamps\n";
    for (const auto& [task, seconds] : status.timestamps)
        text += fmt::format("  {:<28} {:<24} {}\n", label_of(task), task, shown(seconds));
    text += "\nchecklist\n";
    for (const auto& check : status.preflight.checklist)
        text += fmt::format("  [{}] {}\n", check.done ? 'x' : ' ', check.name);
    text += "\nlocks\n";
    for (const auto& holder : status.holders)
        text += fmt::format("  {}\n", prep::describe(holder));
    for (const auto& flag : status.preflight.locks)
        if (flag.locked &&
            std::ranges::find(status.holders, flag.name, &prep::LockHolder::name) == status.holders.end())
            text += fmt::format("  {} is shown as locked, but its lock has expired\n", flag.name);
    return text;
}

std::string one_line(const Status& status) {
    json::object timestamps, checklist;
    for (const auto& [task, seconds] : status.timestamps)
        timestamps[task] = seconds;
    for (const auto& check : status.preflight.checklist)
        checklist[check.name] = check.done;
    json::array locks;
    for (const auto& holder : status.holders) {
        json::object lock{{"name", holder.name}, {"owner", holder.owner}};
        if (holder.expires_at) lock["expires_at"] = *holder.expires_at;
        locks.push_back(std::move(lock));
    }
    json::object all{
        {"run", status.run_id}, {"timestamps", timestamps}, {"checklist", checklist}, {"locks", locks}};
    if (status.preflight.last_modified) all["last_modified"] = *status.preflight.last_modified;
    return json::serialize(all) + "\n";
}

awaitable<Status> read_status(Connection& runs, prep::Locks& locks, std::string run_id) {
    Command command("HGETALL", run_id);
    const auto reply = co_await runs.call(std::move(command));
    rules::RunHash hash;
    for (std::size_t i = 0; i + 1 < reply.value().size(); i += 2)
        hash.emplace((*reply)[i].text(), (*reply)[i + 1].text());
    if (hash.empty()) throw Failure({Errc::not_found, fmt::format("Redis knows no run '{}'", run_id)});

    Status status{.run_id = run_id, .timestamps = {}, .preflight = rules::preflight_of(hash), .holders = {}};
    for (const auto& [field, value] : hash)
        if (field.starts_with(timestamp_prefix))
            status.timestamps.emplace_back(field.substr(timestamp_prefix.size()), std::atoll(value.c_str()));
    std::ranges::stable_sort(status.timestamps, {}, &std::pair<std::string, std::int64_t>::second);
    auto holders = co_await locks.list(run_id);
    status.holders = std::move(holders.value());
    co_return status;
}

awaitable<void> print_and_follow(Connection& runs, prep::Locks& locks, Subscriber& changes,
    std::string run_id, PrepOptions options, std::ostream& out) {
    if (options.follow == PrepOptions::Follow::no) options.most_prints = 1;
    if (options.most_prints > 1) {
        std::vector<std::string> channels{
            fmt::format("__keyspace@{}__:{}", runs.settings().databases.runs, run_id)};
        const auto listening = co_await changes.subscribe(std::move(channels));
        if (!listening) throw Failure(listening.error());
    }
    std::string last;
    for (std::size_t prints = 0; prints < options.most_prints;) {
        const auto status = co_await read_status(runs, locks, run_id);
        const auto text = options.format == PrepOptions::Format::json ? one_line(status) : columns(status);
        if (text != last) {
            out << text << std::flush;
            ++prints;
        }
        last = text;
        if (prints == options.most_prints) co_return;
        const auto change = co_await changes.next(); // an error tells that messages were missed: look again
        if (!change && change.error().code == Errc::canceled) co_return;
    }
}

} // namespace

awaitable<int> prep_status(Connection& redis, std::string run_id, PrepOptions options, std::ostream& out) {
    const auto& settings = redis.settings();
    const prep::redis::ConnectionOptions connection{settings.databases.runs, "freshet-prep"};
    Connection runs(redis.executor(), settings, connection);
    Subscriber changes(redis.executor(), settings, "freshet-prep-watch");
    prep::LockWakeups never_waits(redis.executor(), settings);
    prep::Locks locks(runs, never_waits);
    prep::CoroutineGroup connections(redis.executor());
    connections.spawn("runs connection", runs.run());
    if (options.follow == PrepOptions::Follow::live) connections.spawn("watch", changes.run());

    std::exception_ptr failure;
    try {
        co_await print_and_follow(runs, locks, changes, std::move(run_id), options, out);
    } catch (...) {
        failure = std::current_exception();
    }
    runs.stop();
    changes.stop();
    co_await connections.join();
    if (failure) std::rethrow_exception(failure);
    co_return ExitCode::success;
}

} // namespace freshet::jobs::cli
