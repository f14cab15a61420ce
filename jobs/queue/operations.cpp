#include "jobs/queue/operations.hpp"

#include "jobs/queue/keys.hpp"
#include "jobs/queue/scripts.hpp"
#include "jobs/queue/serializer.hpp"
#include "jobs/queue/time_text.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <set>
#include <utility>

namespace freshet::jobs {
namespace {

using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;
using Ids = Operations::Ids;

constexpr std::size_t most_in_a_tree = 10'000;
constexpr std::size_t ids_a_script = 500;

template <class Answer>
using Words = std::vector<std::pair<std::string_view, Answer>>;

template <class Answer>
awaitable<Result<std::vector<Answer>>> ask(Connection& redis, const prep::redis::Script& script,
    Ids arguments, std::size_t expected, Words<Answer> words) {
    std::vector<Answer> answers;
    if (expected == 0) co_return answers;
    auto reply = co_await redis.run_script(script, {}, std::move(arguments));
    if (!reply) co_return reply.error();
    for (std::size_t i = 0; i < reply->size(); ++i)
        for (const auto& [word, answer] : words)
            if ((*reply)[i].text() == word) answers.push_back(answer);
    if (answers.size() != expected)
        co_return Error{Errc::internal,
            fmt::format("script {}: expected {} answers, found {}", script.name(), expected, answers.size())};
    co_return answers;
}

Ids joined(Ids first, const Ids& ids) {
    first.insert(first.end(), ids.begin(), ids.end());
    return first;
}

void add_children_in(std::string_view meta, Ids& to) {
    const auto parsed = parse_value(meta);
    if (!parsed || !parsed->value.is_object()) return;
    for (const auto& [name, value] : parsed->value.get_object())
        if (std::string_view(name).starts_with("jobs:") && value.is_string())
            to.emplace_back(value.get_string());
}

} // namespace

std::string Operations::this_user() {
    const passwd* user = ::getpwuid(::geteuid());
    const std::string name = user ? user->pw_name : std::to_string(::geteuid());
    return fmt::format("{}@{}", name, boost::asio::ip::host_name());
}

awaitable<Result<std::vector<Canceled>>> Operations::cancel(Ids ids) {
    auto arguments = joined({to_rq_text(now()), by_}, ids);
    Words<Canceled> words{{"canceled", Canceled::canceled}, {"stopping", Canceled::stopping},
        {"ended", Canceled::ended}, {"gone", Canceled::gone}};
    return ask(redis_, scripts::cancel(), std::move(arguments), ids.size(), std::move(words));
}

awaitable<Result<std::vector<Operations::TreeMember>>> Operations::cancel_tree(std::string root) {
    std::vector<TreeMember> members;
    Ids level{std::move(root)};
    std::set<std::string> seen(level.begin(), level.end());
    while (!level.empty() && members.size() < most_in_a_tree) {
        const auto canceled = co_await cancel(level);
        if (!canceled) co_return canceled.error();
        Ids next;
        for (std::size_t i = 0; i < level.size(); ++i) {
            members.push_back({level[i], (*canceled)[i]});
            auto found = co_await children(level[i]);
            if (!found) co_return found.error();
            for (std::string& child : *found)
                if (seen.insert(child).second) next.push_back(std::move(child));
        }
        level = std::move(next);
    }
    co_return members;
}

awaitable<Result<Ids>> Operations::children(std::string id) {
    std::vector<Command> commands;
    commands.emplace_back("HGET", keys::job(id), "meta");
    commands.emplace_back("SMEMBERS", keys::dependents(id));
    const auto replies = co_await redis_.call_all(std::move(commands));
    if (!replies) co_return replies.error();
    Ids children;
    add_children_in((*replies)[0].text(), children);
    const prep::redis::ReplyView waiting = (*replies)[1];
    for (std::size_t i = 0; i < waiting.size(); ++i)
        children.emplace_back(waiting[i].text());
    co_return children;
}

awaitable<Result<std::vector<Requeued>>> Operations::requeue(Ids ids, Place place) {
    auto arguments = joined({to_rq_text(now()), place == Place::front ? "LPUSH" : "RPUSH"}, ids);
    Words<Requeued> words{
        {"queued", Requeued::queued}, {"absent", Requeued::absent}, {"gone", Requeued::gone}};
    return ask(redis_, scripts::requeue(), std::move(arguments), ids.size(), std::move(words));
}

awaitable<Result<std::size_t>> Operations::requeue_all(std::string queue) {
    Command list("ZRANGE", keys::registry("failed", queue), 0, -1);
    const auto failed = co_await redis_.call(std::move(list));
    if (!failed) co_return failed.error();
    std::size_t queued = 0;
    Ids batch;
    for (std::size_t i = 0; i < failed->size(); ++i) {
        batch.emplace_back((*failed)[i].text());
        if (batch.size() < ids_a_script && i + 1 < failed->size()) continue;
        const auto answers = co_await requeue(std::exchange(batch, {}));
        if (!answers) co_return answers.error();
        for (const Requeued answer : *answers)
            queued += answer == Requeued::queued ? 1 : 0;
    }
    co_return queued;
}

awaitable<Result<std::vector<Stopped>>> Operations::stop(Ids ids) {
    auto arguments = joined({by_}, ids);
    Words<Stopped> words{{"asked", Stopped::asked}, {"idle", Stopped::idle}, {"gone", Stopped::gone}};
    return ask(redis_, scripts::stop(), std::move(arguments), ids.size(), std::move(words));
}

awaitable<Result<std::vector<Deleted>>> Operations::remove(Ids ids) {
    const auto count = ids.size();
    Words<Deleted> words{
        {"deleted", Deleted::deleted}, {"awaited", Deleted::awaited}, {"gone", Deleted::gone}};
    return ask(redis_, scripts::remove(), std::move(ids), count, std::move(words));
}

awaitable<Result<std::vector<Drained>>> Operations::drain(std::vector<std::string> workers) {
    const auto count = workers.size();
    Words<Drained> words{{"asked", Drained::asked}, {"noted", Drained::noted}, {"deaf", Drained::deaf}};
    return ask(redis_, scripts::drain(), std::move(workers), count, std::move(words));
}

} // namespace freshet::jobs
