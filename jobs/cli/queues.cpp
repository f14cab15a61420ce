#include "jobs/cli/queues.hpp"

#include "jobs/queue/keys.hpp"

#include <algorithm>

namespace freshet::jobs::cli {

using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;

namespace {

constexpr std::string_view queue_key_prefix = "rq:queue:";
constexpr std::int64_t slice = 1'000;

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
        if (key.starts_with(queue_key_prefix)) names.emplace_back(key.substr(queue_key_prefix.size()));
    }
    std::ranges::sort(names);
    co_return names;
}

awaitable<std::vector<std::string>> chosen_queues(const Context& context) {
    if (context.text("queue").empty()) co_return co_await queue_names(context.redis);
    std::vector<std::string> one{context.text("queue")};
    co_return one;
}

awaitable<std::vector<std::string>> ids_in(Connection& redis, std::string queue, std::string state) {
    const bool waiting = state == "queued", running = state == "started";
    const std::string registry = running ? "wip" : state == "stopped" ? "failed" : state;
    const std::string key = waiting ? keys::queue(queue) : keys::registry(registry, queue);
    const std::string range = waiting ? "LRANGE" : "ZRANGE";
    std::vector<std::string> ids;
    for (std::int64_t first = 0;; first += slice) {
        Command command(range, key, first, first + slice - 1);
        const auto reply = co_await redis.call(std::move(command));
        for (std::size_t i = 0; i < reply.value().size(); ++i) {
            const auto id = (*reply)[i].text();
            ids.push_back(running ? without_execution(id) : std::string(id));
        }
        if (static_cast<std::int64_t>(reply->size()) < slice) co_return ids;
    }
}

} // namespace freshet::jobs::cli
