#include "jobs/cli/commands.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/job_text.hpp"
#include "jobs/cli/output.hpp"
#include "jobs/cli/queues.hpp"
#include "jobs/client/producer.hpp"
#include "jobs/queue/keys.hpp"
#include "prep/settings_value.hpp"
#include "rules/message_text.hpp"

#include <boost/json/object.hpp>

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace freshet::jobs::cli {
namespace {

using prep::redis::Command;
using prep::redis::Connection;

constexpr std::size_t jobs_a_call = 200;

std::vector<std::string> chosen_states(const Context& context) {
    const auto& known = option_named("state").values;
    const std::string& wanted = context.text("state");
    if (wanted.empty()) return {known.begin(), known.end()};
    std::vector<std::string> states;
    for (std::size_t first = 0; first <= wanted.size();) {
        const auto comma = std::min(wanted.find(',', first), wanted.size());
        states.push_back(wanted.substr(first, comma - first));
        first = comma + 1;
        if (std::ranges::find(known, states.back()) == known.end())
            throw Failure({Errc::bad_input, fmt::format("--state: expected {}, found {}",
                                                fmt::join(known, ", "), rules::quoted(states.back()))});
    }
    return states;
}

struct FoundJob {
    JobRecord record;
    std::string waits_for;
};

awaitable<std::vector<FoundJob>> read_jobs(Connection& redis, std::span<const ListedJob> listed) {
    std::vector<Command> commands;
    for (const auto& job : listed)
        commands.emplace_back("HGETALL", keys::job(job.id));
    const auto replies = co_await redis.call_each(std::move(commands));
    std::vector<FoundJob> jobs;
    for (std::size_t i = 0; i < replies.value().size(); ++i)
        if (auto record = to_job_record(listed[i].id, (*replies)[i]))
            jobs.push_back({std::move(*record), listed[i].place.waits_for});
    co_return jobs;
}

/// Adds the jobs of a queue that are in a state, up to `limit` in all.
awaitable<void> add_jobs(const Context& context, std::string queue, std::string state, std::size_t limit,
    std::vector<FoundJob>& to) {
    const auto listed = co_await jobs_in(context.redis, queue, state);
    for (std::size_t first = 0; first < listed.size() && to.size() < limit; first += jobs_a_call) {
        const std::span batch(listed.begin() + static_cast<std::ptrdiff_t>(first),
            std::min(jobs_a_call, listed.size() - first));
        auto jobs = co_await read_jobs(context.redis, batch);
        for (auto& job : jobs) {
            const bool wanted = job.record.status == state &&
                                (context.text("run").empty() || job.record.run_id == context.text("run"));
            if (wanted && to.size() < limit) to.push_back(std::move(job));
        }
    }
}

boost::json::object to_json(const FoundJob& job) {
    auto object = cli::to_json(job.record);
    if (!job.waits_for.empty()) object["waits_for"] = job.waits_for;
    return object;
}

void print_rows(const std::vector<FoundJob>& jobs, std::ostream& out) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [job, waits_for] : jobs)
        rows.push_back(
            {job.id, job.status, job.origin, job.run_id, shown(job.created_at), waits_for, job.description});
    print_table(out, {"job", "status", "queue", "run", "created", "waits for", "call"}, rows);
}

} // namespace

awaitable<int> status(Context& context) {
    Producer producer(context.redis);
    const auto job = co_await producer.job(context.words[0]);
    if (context.has("json"))
        print_json(context.out, cli::to_json(job.value()));
    else
        print_job(job.value(), context.out);
    co_return ExitCode::success;
}

awaitable<int> jobs(Context& context) {
    const auto limit = prep::parse_integer(context.text("limit"), {1, 1'000'000'000});
    if (!limit) throw Failure({Errc::bad_input, "--limit: " + limit.error().message});
    const auto queues = co_await chosen_queues(context);
    const auto states = chosen_states(context);
    const auto most = static_cast<std::size_t>(*limit);
    std::vector<FoundJob> found;
    for (const auto& queue : queues)
        for (const auto& state : states)
            co_await add_jobs(context, queue, state, most + 1, found);
    const bool are_more = found.size() > most;
    if (are_more) found.pop_back();

    if (!context.has("json")) print_rows(found, context.out);
    for (const FoundJob& job : found)
        if (context.has("json")) print_json(context.out, to_json(job));
    if (are_more) fmt::print(stderr, "there are more: --limit {} has left them out\n", most);
    co_return ExitCode::success;
}

} // namespace freshet::jobs::cli
