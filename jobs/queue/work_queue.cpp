#include "jobs/queue/work_queue.hpp"

#include "jobs/queue/death.hpp"
#include "jobs/queue/encoding.hpp"
#include "jobs/queue/ids.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/scripts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace freshet::jobs {
namespace {

using boost::asio::awaitable;
using prep::redis::Reply;
using prep::redis::ReplyView;
using Arguments = std::vector<std::string>;

// Lua hands a script's own lists to Redis over a stack of a few thousand places.
constexpr std::size_t most_completions = 1000;
constexpr std::string_view stopped_text = "Job stopped by user, work-horse terminated.";

std::string number(std::int64_t value) {
    return std::to_string(value);
}

LeaseState to_lease_state(std::string_view word) {
    if (word == "held") return LeaseState::held;
    if (word == "stop") return LeaseState::stop_asked;
    return LeaseState::lost;
}

CompletionReply to_completion_reply(ReplyView reply) {
    using What = CompletionReply::What;
    if (reply.kind() == ReplyView::Kind::integer) return {What::done, reply.integer(), {}};
    const auto word = reply[0].text();
    if (word == "refused") return {What::refused, 0, std::string(reply[1].text())};
    return {word == "again" ? What::done_then : What::lost, 0, {}};
}

Reaped to_reaped(ReplyView reply) {
    using What = Reaped::What;
    const auto word = reply[2].text();
    const What what = word == "queued"    ? What::queued
                      : word == "poison"  ? What::failed
                      : word == "stopped" ? What::stopped
                                          : What::gone;
    return {std::string(reply[0].text()), std::string(reply[1].text()), what,
        static_cast<int>(reply[3].integer()), std::string(reply[4].text())};
}

// With all that is known of its deaths.
std::string text_of_abandoned(const Reaped& job) {
    std::string text =
        fmt::format("Abandoned: every worker that ran this job died or went silent, {} times in all; "
                    "it is not tried again.",
            job.times);
    for (const Death& death : to_deaths(job.deaths))
        text += fmt::format("\n{}", death.describe());
    return text;
}

Admission to_admission(std::string_view word) {
    if (word == "go") return Admission::go;
    return word == "aside" ? Admission::aside : Admission::lost;
}

std::string_view to_word(Completion::Outcome outcome) {
    if (outcome == Completion::Outcome::finished) return "finished";
    return outcome == Completion::Outcome::failed ? "failed" : "stopped";
}

void add_run_effects(const Completion& completion, Arguments& to) {
    to.push_back(completion.recorded_task);
    to.push_back(number(static_cast<std::int64_t>(completion.stale.size())));
    append_to(to, completion.stale);
    to.push_back(number(static_cast<std::int64_t>(completion.messages.size())));
    for (const StatusMessage& message : completion.messages)
        to.insert(to.end(), {message.channel, message.text});
}

void add_completion(const Completion& completion, Arguments& to) {
    const Lease& lease = completion.lease;
    to.insert(to.end(), {lease.queue, lease.job_id, lease.execution, completion.is_plain ? "1" : "0",
                            std::string(to_word(completion.outcome)),
                            number(bounded(completion.keep_for).count()), completion.run_id});
    if (completion.outcome == Completion::Outcome::finished) {
        to.push_back(base64_encode(completion.return_value));
    } else {
        const auto retry = completion.retry_in;
        const std::string error = deflate(completion.error_text);
        to.insert(to.end(),
            {retry ? number(bounded(*retry).count()) : "", error, base64_encode(error), completion.death});
    }
    if (!completion.run_id.empty()) add_run_effects(completion, to);
}

Error wrong_reply(std::string_view script, std::size_t expected, std::size_t found) {
    return {Errc::internal, fmt::format("script {}: expected {} replies, found {}", script, expected, found)};
}

} // namespace

WorkQueue::WorkQueue(
    prep::redis::Connection& redis, std::vector<std::string> queues, std::chrono::milliseconds lease)
    : redis_(redis), queues_(std::move(queues)), lease_(lease), name_(new_execution_id()) {}

awaitable<Result<Claimed>> WorkQueue::claim(ClaimRequest request) {
    std::vector<std::string> lists;
    for (const auto& queue : queues_)
        lists.push_back(keys::queue(queue));

    Arguments arguments{
        number(lease_.count()), to_rq_text(now()), number(static_cast<std::int64_t>(request.taken.size()))};
    for (TakenId& one : request.taken) {
        const auto found = std::find(queues_.begin(), queues_.end(), one.queue);
        if (found == queues_.end())
            co_return Error{Errc::bad_input, fmt::format("claim: '{}' is not one of my queues", one.queue)};
        arguments.push_back(number(found - queues_.begin() + 1));
        arguments.push_back(std::move(one.job_id));
    }
    arguments.push_back(number(static_cast<std::int64_t>(request.free_of_kind.size())));
    for (const auto& [kind, free] : request.free_of_kind)
        arguments.insert(arguments.end(), {kind, number(static_cast<std::int64_t>(free))});
    const bool offers = request.offering == ClaimRequest::Offering::a_slot;
    arguments.insert(
        arguments.end(), {std::move(request.process), offers ? "1" : "0", std::move(request.came)});
    arguments.push_back(number(static_cast<std::int64_t>(request.workers.size())));
    arguments.push_back(number(static_cast<std::int64_t>(request.ahead)));
    std::vector<std::string> executions;
    for (const std::string& worker : request.workers) {
        executions.push_back(new_execution_id());
        arguments.push_back(executions.back());
        arguments.push_back(worker);
    }
    for (const std::size_t first : request.look_first)
        arguments.push_back(number(static_cast<std::int64_t>(first) + 1));

    auto reply = co_await redis_.run_script(scripts::claim(), std::move(lists), std::move(arguments));
    if (!reply) co_return reply.error();
    Claimed claimed;
    claimed.suspended = (*reply)[0].integer() == 1;
    claimed.taken_up = (*reply)[3].text();
    const auto left_out = (*reply)[4].integer(); // counted from 1
    if (left_out > 0) {
        executions.erase(executions.begin() + left_out - 1);
        request.workers.erase(request.workers.begin() + left_out - 1);
    }
    claimed.places = request.workers.size();
    const ReplyView jobs = (*reply)[1];
    for (std::size_t i = 0; i < jobs.size(); ++i)
        claimed.jobs.push_back(
            to_claimed_job(jobs[i], std::move(executions[i]), std::move(request.workers[i])));
    const ReplyView paused = (*reply)[2];
    for (std::size_t i = 0; i < paused.size(); ++i)
        claimed.paused.push_back(queues_[static_cast<std::size_t>(paused[i].integer()) - 1]);
    co_return claimed;
}

awaitable<Result<Admission>> WorkQueue::admit(Needs needs) {
    Arguments arguments{needs.lease.queue, needs.lease.job_id, needs.lease.execution,
        std::move(needs.missing_kind), std::move(needs.key), number(needs.key_limit)};
    const auto reply = co_await redis_.run_script(scripts::set_aside(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    co_return to_admission((*reply)[0].text());
}

awaitable<Result<std::vector<LeaseState>>> WorkQueue::heartbeat(std::vector<Pulse> pulses) {
    Arguments arguments{number(lease_.count()), to_rq_text(now())};
    for (const Pulse& pulse : pulses) {
        const auto left = pulse.time_left ? std::max<std::int64_t>(0, pulse.time_left->count()) : -1;
        arguments.insert(arguments.end(),
            {pulse.lease.queue, pulse.lease.job_id, pulse.lease.execution, number(left), pulse.lease.worker});
    }
    auto reply = co_await redis_.run_script(scripts::heartbeat(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    if (reply->size() != pulses.size()) co_return wrong_reply("heartbeat", pulses.size(), reply->size());
    std::vector<LeaseState> states;
    for (std::size_t i = 0; i < reply->size(); ++i)
        states.push_back(to_lease_state((*reply)[i].text()));
    co_return states;
}

awaitable<Result<std::vector<CompletionReply>>> WorkQueue::complete(std::vector<Completion> completions) {
    if (completions.size() > most_completions)
        co_return Error{Errc::bad_input, fmt::format("complete: at most {} executions a call, found {}",
                                             most_completions, completions.size())};
    const auto& databases = redis_.settings().databases;
    Arguments arguments{
        number(databases.queue), number(databases.runs), number(databases.cache), name_, to_rq_text(now())};
    for (const Completion& completion : completions)
        add_completion(completion, arguments);

    auto reply = co_await redis_.run_script(scripts::complete(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    if (reply->size() != completions.size())
        co_return wrong_reply("complete", completions.size(), reply->size());
    std::vector<CompletionReply> replies;
    for (std::size_t i = 0; i < reply->size(); ++i)
        replies.push_back(to_completion_reply((*reply)[i]));
    co_return replies;
}

awaitable<Result<std::size_t>> WorkQueue::give_back(std::vector<Lease> leases) {
    const std::string stopped = deflate(stopped_text);
    Arguments arguments{to_rq_text(now()), stopped, base64_encode(stopped)};
    for (const Lease& lease : leases)
        arguments.insert(arguments.end(), {lease.queue, lease.job_id, lease.execution});
    auto reply = co_await redis_.run_script(scripts::give_back(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    std::size_t returned = 0;
    for (std::size_t i = 0; i < reply->size(); ++i)
        returned += (*reply)[i].integer() == 1 ? 1 : 0;
    co_return returned;
}

awaitable<Result<std::vector<Reaped>>> WorkQueue::reap(std::size_t limit, int most_reaped) {
    const std::string ended_at = to_rq_text(now()), stopped = deflate(stopped_text);
    Arguments arguments{number(static_cast<std::int64_t>(limit)), number(most_reaped), ended_at, stopped,
        base64_encode(stopped)};
    auto reply = co_await redis_.run_script(scripts::reap(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    std::vector<Reaped> reaped, poison;
    for (std::size_t i = 0; i < reply->size(); ++i) {
        reaped.push_back(to_reaped((*reply)[i]));
        if (reaped.back().what == Reaped::What::failed) poison.push_back(reaped.back());
    }
    if (poison.empty()) co_return reaped;
    const auto abandoned = co_await abandon(ended_at, std::move(poison));
    if (!abandoned) co_return abandoned.error();
    co_return reaped;
}

awaitable<Result<>> WorkQueue::abandon(std::string ended_at, std::vector<Reaped> poison) {
    Arguments arguments{std::move(ended_at)};
    for (const Reaped& job : poison) {
        const std::string error = deflate(text_of_abandoned(job));
        arguments.insert(arguments.end(), {job.job_id, job.execution, error, base64_encode(error)});
    }
    const auto reply = co_await redis_.run_script(scripts::abandon(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Result<>();
}

awaitable<Result<>> WorkQueue::grant_keys(std::size_t limit) {
    Arguments arguments{number(static_cast<std::int64_t>(limit))};
    const auto reply = co_await redis_.run_script(scripts::grant_keys(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Result<>();
}

awaitable<Result<std::size_t>> WorkQueue::return_taken(std::string queue, std::vector<std::string> ids) {
    std::vector<std::string> list{keys::queue(queue)};
    auto reply = co_await redis_.run_script(scripts::return_taken(), std::move(list), std::move(ids));
    if (!reply) co_return reply.error();
    co_return static_cast<std::size_t>(reply->integer());
}

awaitable<Result<std::size_t>> WorkQueue::enqueue_ready(std::string queue, std::size_t limit) {
    Arguments arguments{to_rq_text(now()), std::move(queue), number(static_cast<std::int64_t>(limit))};
    auto reply = co_await redis_.run_script(scripts::enqueue_ready(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    co_return static_cast<std::size_t>(reply->integer());
}

awaitable<Result<std::vector<std::string>>> WorkQueue::ended_among(std::vector<std::string> executions) {
    prep::redis::Command read("ZRANGE", keys::leases, 0, -1);
    const auto leases = co_await redis_.call(std::move(read));
    if (!leases) co_return leases.error();
    std::set<std::string_view> held;
    for (std::size_t i = 0; i < leases->size(); ++i) {
        const std::string_view lease = (*leases)[i].text();
        held.insert(lease.substr(lease.rfind(':') + 1));
    }
    std::erase_if(executions, [&](const std::string& execution) { return held.contains(execution); });
    co_return executions;
}

} // namespace freshet::jobs
