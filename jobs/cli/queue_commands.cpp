#include "jobs/cli/commands.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/output.hpp"
#include "jobs/cli/queues.hpp"
#include "jobs/queue/ids.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/operations.hpp"
#include "jobs/queue/pause.hpp"

#include <boost/json/object.hpp>

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace freshet::jobs::cli {
namespace {

using prep::redis::Command;
using prep::redis::Connection;
using Words = std::vector<std::string>;

constexpr std::size_t jobs_a_call = 500;

PauseScope scope_of(const Context& context) {
    for (const auto& queue : context.words)
        if (auto ok = check_queue_name(queue); !ok) throw Failure(ok.error());
    return {context.words};
}

std::string named(const PauseScope& scope) {
    return scope.queues.empty() ? "all queues" : fmt::format("{}", fmt::join(scope.queues, ", "));
}

// The slots of a process are `<hostname>.<pid>.<slot>`; a worker of RQ has any name.
bool is_same_process(std::string_view name, std::string_view wanted) {
    const auto process_of = [](std::string_view slot) {
        return slot.substr(0, slot.rfind('.'));
    };
    return name == wanted || process_of(name) == wanted ||
           (process_of(wanted) != wanted && process_of(name) == process_of(wanted));
}

awaitable<Words> slots_of(Connection& redis, std::string wanted) {
    Command members("SMEMBERS", keys::workers);
    const auto known = co_await redis.call(std::move(members));
    Words slots;
    for (std::size_t i = 0; i < known.value().size(); ++i) {
        const std::string name((*known)[i].text().substr(keys::worker("").size()));
        if (is_same_process(name, wanted)) slots.push_back(name);
    }
    std::ranges::sort(slots);
    co_return slots;
}

// What the list or registry still names though its hash is gone: there is nothing else to delete of it.
awaitable<void> drop_names(Connection& redis, const std::string& state, std::vector<ListedJob> gone) {
    std::vector<Command> commands;
    for (const auto& job : gone) {
        if (state == "queued")
            commands.emplace_back("LREM", job.place.key, 0, job.id);
        else
            commands.emplace_back("ZREM", job.place.key, job.id);
    }
    const auto dropped = co_await redis.call_each(std::move(commands));
    (void)dropped.value();
}

struct Purged {
    std::size_t deleted = 0, awaited = 0;
};

awaitable<Purged> delete_all(
    Connection& redis, const std::string& state, const std::vector<ListedJob>& jobs) {
    Operations operations(redis);
    Purged purged;
    for (std::size_t first = 0; first < jobs.size(); first += jobs_a_call) {
        const auto last = std::min(first + jobs_a_call, jobs.size());
        Words ids;
        for (std::size_t i = first; i < last; ++i)
            ids.push_back(jobs[i].id);
        const auto answers = co_await operations.remove(std::move(ids));
        std::vector<ListedJob> gone;
        for (std::size_t i = first; i < last; ++i) {
            const Deleted answer = answers.value()[i - first];
            if (answer == Deleted::gone) gone.push_back(jobs[i]);
            (answer == Deleted::awaited ? purged.awaited : purged.deleted) += 1;
        }
        co_await drop_names(redis, state, std::move(gone));
    }
    co_return purged;
}

void print(const Purged& purged, Format format, std::ostream& out) {
    if (format == Format::json)
        return print_json(out, boost::json::object{{"deleted", purged.deleted}, {"awaited", purged.awaited}});
    fmt::print(out, "{} jobs deleted\n", purged.deleted);
    if (purged.awaited > 0) fmt::print(out, "{} stay: others wait for them\n", purged.awaited);
}

std::string_view to_text(Drained answer) {
    if (answer == Drained::asked) return "drains";
    return answer == Drained::noted ? "does not listen; if it lives, it drains at its next report"
                                    : "does not listen";
}

} // namespace

awaitable<int> pause(Context& context) {
    const auto scope = scope_of(context);
    const auto time = context.options.duration("for");
    std::optional<std::chrono::milliseconds> limit;
    if (time.count() > 0) limit = time;
    const auto done = co_await pause_queues(context.redis, scope, limit);
    if (!done) throw Failure(done.error());
    fmt::print(context.out, "{} paused{}\n", named(scope), limit ? " for " + context.text("for") : "");
    const auto known = co_await queue_names(context.redis);
    for (const auto& queue : scope.queues)
        if (std::ranges::find(known, queue) == known.end())
            fmt::print(context.out, "{} is no queue so far\n", queue);
    co_return ExitCode::success;
}

awaitable<int> resume(Context& context) {
    const auto scope = scope_of(context);
    const auto marks = co_await resume_queues(context.redis, scope);
    fmt::print(context.out, "{} {}\n", named(scope), marks.value() > 0 ? "resumed" : "not paused");
    co_return ExitCode::success;
}

awaitable<int> drain(Context& context) {
    const std::string& wanted = context.words[0];
    const auto slots = co_await slots_of(context.redis, wanted);
    if (slots.empty())
        throw Failure(
            {Errc::not_found, fmt::format("there is no worker '{}'; 'freshet info' lists them", wanted)});
    Operations operations(context.redis);
    const auto answers = co_await operations.drain(slots);
    int code = ExitCode::success;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const Drained answer = answers.value()[i];
        print_answer(context.out, context.format(), "worker", slots[i], to_text(answer));
        if (answer == Drained::deaf) code = ExitCode::conflict;
    }
    co_return code;
}

awaitable<int> purge(Context& context) {
    const std::string &queue = context.words[0], &state = context.words[1];
    const auto& states = command_named("purge").words;
    if (std::ranges::find(states, state) == states.end())
        throw Failure({Errc::bad_input,
            fmt::format("purge {}: expected {}, found '{}'", queue, fmt::join(states, ", "), state)});
    co_await check_queue(context.redis, queue);
    const auto jobs = co_await jobs_in(context.redis, queue, state);
    if (!context.has("yes"))
        throw Failure(
            {Errc::bad_input, fmt::format("purge deletes {} {} jobs of queue {}: say --yes if that is meant",
                                  jobs.size(), state, queue)});
    const auto purged = co_await delete_all(context.redis, state, jobs);
    print(purged, context.format(), context.out);
    co_return purged.awaited == 0 ? ExitCode::success : ExitCode::conflict;
}

} // namespace freshet::jobs::cli
