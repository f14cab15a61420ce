#include "jobs/queue/pause.hpp"

#include "jobs/queue/keys.hpp"

namespace freshet::jobs {
namespace {

using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;

std::vector<std::string> marks_of(const PauseScope& scope) {
    std::vector<std::string> marks;
    for (const auto& queue : scope.queues)
        marks.push_back(keys::paused(queue));
    if (marks.empty()) marks.emplace_back(keys::suspended);
    return marks;
}

} // namespace

awaitable<Result<>> pause_queues(
    Connection& redis, PauseScope scope, std::optional<std::chrono::milliseconds> limit) {
    std::vector<Command> commands;
    for (const auto& mark : marks_of(scope)) {
        if (limit)
            commands.emplace_back("SET", mark, "1", "PX", limit->count());
        else
            commands.emplace_back("SET", mark, "1");
    }
    const auto set = co_await redis.call_each(std::move(commands));
    if (!set) co_return set.error();
    co_return Result<>();
}

awaitable<Result<std::size_t>> resume_queues(Connection& redis, PauseScope scope) {
    std::vector<std::string> words{"DEL"};
    const auto marks = marks_of(scope);
    words.insert(words.end(), marks.begin(), marks.end());
    const std::span<const std::string> all(words);
    Command command(all);
    const auto deleted = co_await redis.call(std::move(command));
    if (!deleted) co_return deleted.error();
    co_return static_cast<std::size_t>(deleted->integer());
}

} // namespace freshet::jobs
