#include "jobs/cli/queues.hpp"

#include "jobs/queue/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::jobs::cli {

using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;

namespace {

constexpr std::string_view queue_key_prefix = "rq:queue:";
constexpr std::int64_t slice = 1'000;

bool is_part_of_another(std::string_view queue) {
    return std::ranges::any_of(
        keys::slot_kinds, [&](std::string_view kind) { return queue.ends_with(fmt::format(":{}", kind)); });
}

// `range`: LRANGE or ZRANGE.
awaitable<void> add_all(Connection& redis, std::string range, Place place, std::vector<ListedJob>& to) {
    for (std::int64_t first = 0;; first += slice) {
        Command command(range, place.key, first, first + slice - 1);
        const auto reply = co_await redis.call(std::move(command));
        for (std::size_t i = 0; i < reply.value().size(); ++i)
            to.push_back({std::string((*reply)[i].text()), place});
        if (static_cast<std::int64_t>(reply->size()) < slice) co_return;
    }
}

// RQ 2.x writes <job>:<execution>.
std::string without_execution(std::string_view member) {
    return std::string(member.substr(0, member.find(':')));
}

} // namespace

awaitable<std::vector<std::string>> queue_names(Connection& redis) {
    Command members("SMEMBERS", keys::queues);
    const auto reply = co_await redis.call(std::move(members));
    std::vector<std::string> names;
    for (std::size_t i = 0; i < reply.value().size(); ++i) {
        const auto key = (*reply)[i].text();
        if (!key.starts_with(queue_key_prefix)) continue;
        const auto name = key.substr(queue_key_prefix.size());
        if (!is_part_of_another(name)) names.emplace_back(name);
    }
    std::ranges::sort(names);
    co_return names;
}

awaitable<void> check_queue(Connection& redis, std::string queue) {
    Command is_member("SISMEMBER", keys::queues, keys::queue(queue));
    const auto known = co_await redis.call(std::move(is_member));
    if (known.value().integer() == 0)
        throw Failure(
            {Errc::not_found, fmt::format("there is no queue '{}'; 'freshet info' lists them", queue)});
}

awaitable<std::vector<std::string>> chosen_queues(const Context& context) {
    if (context.text("queue").empty()) co_return co_await queue_names(context.redis);
    std::vector<std::string> one{context.text("queue")};
    co_await check_queue(context.redis, one.front());
    co_return one;
}

Place waiting_for_key(std::string_view key) {
    return {keys::key_waiting(key), fmt::format("key {}", key)};
}

std::vector<Place> waiting_for_slots(std::string_view queue) {
    std::vector<Place> places;
    for (const auto kind : keys::slot_kinds)
        places.push_back({keys::set_aside(queue, kind), fmt::format("{} slot", kind)});
    return places;
}

awaitable<std::vector<ListedJob>> jobs_in(Connection& redis, std::string queue, std::string state) {
    std::vector<ListedJob> jobs;
    if (state == "queued") {
        auto places = waiting_for_slots(queue);
        places.insert(places.begin(), Place{keys::queue(queue), ""});
        for (const auto& place : places)
            co_await add_all(redis, "LRANGE", place, jobs);
        const auto waiting = co_await jobs_waiting_for_keys(redis);
        if (const auto found = waiting.find(queue); found != waiting.end())
            jobs.insert(jobs.end(), found->second.begin(), found->second.end());
        co_return jobs;
    }
    const bool running = state == "started";
    const std::string registry = running ? "wip" : state == "stopped" ? "failed" : state;
    const Place members{keys::registry(registry, queue), ""};
    co_await add_all(redis, "ZRANGE", members, jobs);
    for (auto& job : jobs)
        if (running) job.id = without_execution(job.id);
    co_return jobs;
}

awaitable<std::map<std::string, std::vector<ListedJob>>> jobs_waiting_for_keys(Connection& redis) {
    Command members("SMEMBERS", keys::awaited_keys);
    const auto awaited = co_await redis.call(std::move(members));
    std::vector<ListedJob> jobs;
    for (std::size_t i = 0; i < awaited.value().size(); ++i) {
        auto place = waiting_for_key((*awaited)[i].text());
        co_await add_all(redis, "LRANGE", std::move(place), jobs);
    }
    std::map<std::string, std::vector<ListedJob>> by_queue;
    if (jobs.empty()) co_return by_queue;
    std::vector<Command> origins;
    for (const auto& job : jobs)
        origins.emplace_back("HGET", keys::job(job.id), "origin");
    const auto queues = co_await redis.call_each(std::move(origins));
    for (std::size_t i = 0; i < jobs.size(); ++i)
        if (const auto queue = queues.value()[i].optional_text())
            by_queue[*queue].push_back(std::move(jobs[i]));
    co_return by_queue;
}

} // namespace freshet::jobs::cli
