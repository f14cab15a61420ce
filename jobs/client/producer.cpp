#include "jobs/client/producer.hpp"

#include "jobs/queue/encoding.hpp"
#include "jobs/queue/ids.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/scripts.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace freshet::jobs {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using boost::asio::experimental::awaitable_operators::operator||;
using prep::redis::Command;
using prep::redis::Connection;
using prep::redis::ReplyView;
using Words = std::vector<std::string>;

// Jobs a script call: long enough to be cheap, short enough not to hold Redis up for other clients.
constexpr std::size_t jobs_a_script = 500;
constexpr std::size_t error_text_limit = 1024 * 1024;

std::string count(std::size_t value) {
    return std::to_string(value);
}

std::string place_of(const NewJob& job) {
    if (job.due) return std::to_string(job.due->time_since_epoch().count());
    if (job.delay)
        return std::to_string(
            std::chrono::ceil<std::chrono::seconds>(now() + *job.delay).time_since_epoch().count());
    return job.place == NewJob::Place::front ? "front" : "back";
}

std::string to_json(const std::vector<std::chrono::seconds>& intervals) {
    json::array list;
    for (const auto interval : intervals)
        list.emplace_back(interval.count());
    return json::serialize(list);
}

Words hash_words(const NewJob& job, const std::string& created_at) {
    Words words{"created_at", created_at, "origin", job.queue, "data", encode_call(job.call), "description",
        job.description.empty() ? job.call.description() : job.description, "timeout",
        std::to_string(job.timeout.value_or(std::chrono::seconds(180)).count()), "worker_name", ""};
    if (job.result_ttl) words.insert(words.end(), {"result_ttl", std::to_string(job.result_ttl->count())});
    if (job.failure_ttl) words.insert(words.end(), {"failure_ttl", std::to_string(job.failure_ttl->count())});
    if (job.queue_ttl) words.insert(words.end(), {"ttl", std::to_string(job.queue_ttl->count())});
    if (job.retries > 0) words.insert(words.end(), {"retries_left", std::to_string(job.retries)});
    if (!job.retry_intervals.empty())
        words.insert(words.end(), {"retry_intervals", to_json(job.retry_intervals)});
    if (!job.meta.empty())
        words.insert(words.end(), {"meta", serialize_value(job.meta, job.call.serializer)});
    if (job.place == NewJob::Place::front) words.insert(words.end(), {"enqueue_at_front", "1"});
    if (!job.run_id.empty()) words.insert(words.end(), {"freshet:run_id", job.run_id});
    if (!job.key.empty())
        words.insert(
            words.end(), {"freshet:key", job.key, "freshet:key_limit", std::to_string(job.key_limit)});
    if (!job.tree.empty()) words.insert(words.end(), {"freshet:tree", job.tree});
    if (job.depends_on.empty()) return words;
    words.insert(
        words.end(), {"dependency_id", job.depends_on.front(), "dependency_ids",
                         json::serialize(json::value_from(job.depends_on)), "allow_dependency_failures",
                         job.on_failed_dependency == NewJob::OnFailure::run ? "1" : "0"});
    return words;
}

void add_job(const NewJob& job, const std::string& now_text, Words& to) {
    const std::string receipt = job.run_id.empty() ? "" : "rq:" + std::string(job.call.name());
    const std::string queue_ttl = job.queue_ttl ? std::to_string(job.queue_ttl->count()) : "";
    const bool single = job.admission == NewJob::Admission::single;
    const bool allow_failures = job.on_failed_dependency == NewJob::OnFailure::run;
    to.insert(
        to.end(), {job.id, job.queue, place_of(job), queue_ttl, job.run_id, receipt,
                      single ? "single" : "any", allow_failures ? "1" : "0", count(job.depends_on.size())});
    to.insert(to.end(), job.depends_on.begin(), job.depends_on.end());
    const Words words = hash_words(job, now_text);
    to.push_back(count(words.size()));
    to.insert(to.end(), words.begin(), words.end());
    to.push_back(now_text);
}

// What stands in front of the jobs in a call of the script.
Words call_arguments(Moment at, const prep::redis::Databases& databases) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    return {std::to_string(seconds), std::to_string(databases.queue), std::to_string(databases.runs)};
}

Receipt to_receipt(ReplyView reply, const std::string& id) {
    using What = Receipt::What;
    const auto word = reply[0].text();
    if (word == "running") return {What::already_running, std::string(reply[1].text())};
    if (word == "exists") return {What::id_taken, id};
    return {word == "scheduled" ? What::scheduled : word == "deferred" ? What::deferred : What::queued, id};
}

/// What the newest entry of a results stream says.
struct NewestResult {
    std::string entry_id = "0-0";
    json::value value;
    std::string error_text;
};

std::string_view field_of(ReplyView stream_entry, std::string_view name) {
    const ReplyView fields = stream_entry[1];
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
        if (fields[i].text() == name) return fields[i + 1].text();
    return {};
}

NewestResult to_newest_result(ReplyView stream_entry) {
    NewestResult result{std::string(stream_entry[0].text()), nullptr, {}};
    const auto value = base64_decode(field_of(stream_entry, "return_value"));
    if (value) {
        auto parsed = parse_value(*value);
        if (parsed) result.value = std::move(parsed->value);
    }
    const auto packed = base64_decode(field_of(stream_entry, "exc_string"));
    if (packed) {
        auto text = inflate(*packed, error_text_limit);
        if (text) result.error_text = std::move(*text);
    }
    return result;
}

// RQ writes the error of a failed job to the stream only.
Ended to_ended(JobRecord record, NewestResult newest) {
    if (record.error_text.empty() && record.status != "finished")
        record.error_text = std::move(newest.error_text);
    return {std::move(record), std::move(newest.value)};
}

} // namespace

Producer::Producer(Connection& redis) : redis_(redis) {}

awaitable<Result<Receipt>> Producer::enqueue(NewJob job) {
    if (auto ok = check_job(job); !ok) co_return ok.error();
    if (job.id.empty()) job.id = new_job_id();
    Words arguments = call_arguments(now(), redis_.settings().databases);
    add_job(job, to_rq_text(now()), arguments);
    auto reply = co_await redis_.run_script(scripts::enqueue(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    co_return to_receipt((*reply)[0], job.id);
}

awaitable<Result<std::optional<Receipt>>> Producer::enqueue_periodic(
    NewJob job, std::string name, std::chrono::sys_seconds due) {
    if (auto ok = check_job(job); !ok) co_return ok.error();
    if (job.id.empty()) job.id = new_job_id();
    Words arguments{std::move(name), std::to_string(due.time_since_epoch().count())};
    const Words call = call_arguments(now(), redis_.settings().databases);
    arguments.insert(arguments.end(), call.begin(), call.end());
    add_job(job, to_rq_text(now()), arguments);
    const auto reply = co_await redis_.run_script(scripts::enqueue_periodic(), {}, std::move(arguments));
    if (!reply) co_return reply.error();
    const ReplyView answer = (*reply)[0];
    if (answer[0].text() == "before") co_return std::nullopt;
    co_return to_receipt(answer, job.id);
}

awaitable<Result<std::vector<Receipt>>> Producer::enqueue_all(std::vector<NewJob> jobs) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (auto ok = check_job(jobs[i]); !ok)
            co_return Error{ok.error().code, fmt::format("job {}: {}", i + 1, ok.error().message)};
        if (jobs[i].id.empty()) jobs[i].id = new_job_id();
    }
    const Moment at = now();

    // The script is sent along, so that a whole pipeline of its calls can count on its being loaded.
    const auto& script = scripts::enqueue();
    std::vector<Command> commands;
    commands.emplace_back("SCRIPT", "LOAD", script.source());
    for (std::size_t first = 0; first < jobs.size(); first += jobs_a_script) {
        Words arguments = call_arguments(at, redis_.settings().databases);
        for (std::size_t i = first; i < std::min(first + jobs_a_script, jobs.size()); ++i)
            add_job(jobs[i], to_rq_text(at), arguments);
        commands.emplace_back("EVALSHA", script.sha1(), Words{}, arguments);
    }
    auto replies = co_await redis_.call_all(std::move(commands));
    if (!replies) co_return replies.error();

    std::vector<Receipt> receipts;
    for (std::size_t call = 1; call < replies->size(); ++call) {
        const ReplyView reply = (*replies)[call];
        if (reply.is_error()) co_return Error{Errc::refused, fmt::format("enqueue: {}", reply.text())};
        for (std::size_t i = 0; i < reply.size(); ++i)
            receipts.push_back(to_receipt(reply[i], jobs[receipts.size()].id));
    }
    co_return receipts;
}

awaitable<Result<JobRecord>> Producer::job(std::string id) {
    Command command("HGETALL", keys::job(id));
    auto reply = co_await redis_.call(std::move(command));
    if (!reply) co_return reply.error();
    auto record = to_job_record(id, *reply);
    if (!record) co_return Error{Errc::not_found, fmt::format("there is no job '{}'", id)};
    co_return std::move(*record);
}

awaitable<Result<Ended>> Producer::wait(
    std::string id, Connection& blocking, std::chrono::milliseconds limit) {
    using std::chrono::milliseconds;
    const auto deadline = std::chrono::steady_clock::now() + limit;
    NewestResult newest;
    while (true) {
        auto record = co_await job(id);
        if (!record) co_return record.error();
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
        if (!record->ended() && left <= milliseconds(0))
            co_return Error{Errc::timed_out, fmt::format("job '{}' is still {}", id, record->status)};

        // A canceled job writes no result: the wait is cut into slices after which its status is looked at
        // again.
        const auto slice =
            record->ended() ? milliseconds(1) : std::clamp(left, milliseconds(1), milliseconds(2'000));
        Command read(
            "XREAD", "COUNT", 100, "BLOCK", slice.count(), "STREAMS", keys::results(id), newest.entry_id);
        prep::redis::CallOptions patient{.timeout = slice + milliseconds(5'000)};
        auto reply = co_await blocking.call(std::move(read), patient);
        if (!reply) co_return reply.error();
        const ReplyView entries = (*reply)[0][1];
        if (entries.size() > 0) newest = to_newest_result(entries[entries.size() - 1]);
        if (record->ended()) co_return to_ended(std::move(*record), std::move(newest));
    }
}

awaitable<Result<Ended>> Producer::wait(std::string id, std::chrono::milliseconds limit) {
    const prep::redis::ConnectionOptions options{redis_.settings().databases.queue, "freshet-wait"};
    Connection blocking(redis_.executor(), redis_.settings(), options);
    auto serving = blocking.run();
    auto waiting = wait(std::move(id), blocking, limit);
    auto first = co_await (std::move(waiting) || std::move(serving));
    if (auto* ended = std::get_if<0>(&first)) co_return std::move(*ended);
    co_return Error{Errc::canceled, "the Redis connection was stopped"};
}

} // namespace freshet::jobs
