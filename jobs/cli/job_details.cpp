#include "jobs/cli/commands.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/job_text.hpp"
#include "jobs/cli/output.hpp"
#include "jobs/cli/queues.hpp"
#include "jobs/queue/death.hpp"
#include "jobs/queue/encoding.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/operations.hpp"
#include "jobs/queue/serializer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/chrono.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <array>
#include <set>

/// `freshet job`: everything about one job.
namespace freshet::jobs::cli {
namespace {

namespace json = boost::json;
using prep::redis::Command;
using prep::redis::Connection;
using prep::redis::ReplyView;

constexpr std::size_t error_text_limit = 1024 * 1024;
constexpr std::size_t most_in_a_tree = 200;

/// Fields that only some jobs have, shown as they stand in the hash.
constexpr std::array<std::string_view, 15> rare_fields{"timeout", "result_ttl", "failure_ttl", "ttl",
    "retries_left", "retry_intervals", "number_of_retries", "last_heartbeat", "dependency_ids",
    "allow_dependency_failures", "enqueue_at_front", "freshet:execution", "freshet:stop", "freshet:reaped",
    "freshet:key"};

struct TreeMember {
    std::string id, status; ///< status '' : gone
    int depth = 0;
};

struct Details {
    JobRecord record;
    std::vector<std::pair<std::string, std::string>> rare;
    json::value meta;
    std::vector<json::object> results;
    std::vector<Death> deaths;
    std::vector<TreeMember> tree; ///< what hangs on the job, depth first
};

std::string field_of(ReplyView pairs, std::string_view name) {
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        if (pairs[i].text() == name) return std::string(pairs[i + 1].text());
    return {};
}

// A stream entry's id starts with the time in milliseconds.
std::string time_of_entry(std::string_view entry_id) {
    std::int64_t milliseconds = 0;
    for (const char c : entry_id.substr(0, entry_id.find('-')))
        milliseconds = milliseconds * 10 + (c - '0');
    return to_rq_text(Moment(std::chrono::milliseconds(milliseconds)));
}

json::object to_result(ReplyView entry) {
    const ReplyView fields = entry[1];
    json::object result{{"at", time_of_entry(entry[0].text())},
        {"type", field_of(fields, "type") == "1" ? "successful" : "failed"}};
    for (const std::string name : {"execution_id", "worker_name"})
        if (const auto value = field_of(fields, name); !value.empty()) result[name] = value;
    if (const auto value = base64_decode(field_of(fields, "return_value")); value && !value->empty())
        if (auto parsed = parse_value(*value)) result["value"] = std::move(parsed->value);
    if (const auto packed = base64_decode(field_of(fields, "exc_string")); packed && !packed->empty())
        if (auto text = inflate(*packed, error_text_limit)) result["error"] = std::move(*text);
    return result;
}

json::object to_object(const Death& death) {
    auto object = json::parse(to_json(death)).get_object();
    if (!death.by.empty()) object["by"] = death.by;
    return object;
}

awaitable<void> add_tree(
    Connection& redis, std::string id, int depth, std::set<std::string>& seen, std::vector<TreeMember>& to) {
    Operations operations(redis);
    const auto children = co_await operations.children(id);
    for (const auto& child : children.value()) {
        if (to.size() == most_in_a_tree || !seen.insert(child).second) continue;
        Command status("HGET", keys::job(child), "status");
        const auto reply = co_await redis.call(std::move(status));
        to.push_back({child, std::string(reply.value().text()), depth});
        co_await add_tree(redis, child, depth + 1, seen, to);
    }
}

// Before it can have its turn; '' : nothing.
awaitable<std::string> what_it_waits_for(
    Connection& redis, std::string id, std::string queue, std::string key) {
    auto places = waiting_for_slots(queue);
    if (!key.empty()) places.push_back(waiting_for_key(key));
    for (const auto& place : places) {
        Command position("LPOS", place.key, id);
        const auto reply = co_await redis.call(std::move(position));
        if (!reply.value().is_nil()) co_return place.waits_for;
    }
    co_return std::string();
}

awaitable<Details> read_details(Connection& redis, std::string id) {
    std::vector<Command> commands;
    commands.emplace_back("HGETALL", keys::job(id));
    commands.emplace_back("XRANGE", keys::results(id), "-", "+");
    const auto replies = co_await redis.call_each(std::move(commands));
    const ReplyView hash = replies.value()[0], results = (*replies)[1];
    auto record = to_job_record(id, hash);
    if (!record) throw Failure({Errc::not_found, fmt::format("there is no job '{}'", id)});

    Details details{
        .record = std::move(*record), .rare = {}, .meta = {}, .results = {}, .deaths = {}, .tree = {}};
    for (const auto name : rare_fields)
        if (auto value = field_of(hash, name); !value.empty())
            details.rare.emplace_back(name, std::move(value));
    if (details.record.status == "queued") {
        auto key = field_of(hash, "freshet:key");
        auto waits_for = co_await what_it_waits_for(redis, id, details.record.origin, std::move(key));
        if (!waits_for.empty()) details.rare.emplace_back("waits_for", std::move(waits_for));
    }
    if (auto meta = parse_value(field_of(hash, "meta"))) details.meta = std::move(meta->value);
    for (std::size_t i = 0; i < results.size(); ++i)
        details.results.push_back(to_result(results[i]));
    details.deaths = to_deaths(field_of(hash, "freshet:deaths"));
    std::set<std::string> seen{id};
    co_await add_tree(redis, id, 1, seen, details.tree);
    co_return details;
}

// Numbers and lists as what they are, all else as text.
json::value to_value(const std::string& text) {
    json::error_code error;
    auto value = json::parse(text, error);
    return !error && (value.is_int64() || value.is_array()) ? value : json::value(text);
}

std::string shown_status(const TreeMember& member) {
    return member.status.empty() ? "gone" : member.status;
}

// `name value, name value`; texts without quotes.
std::string in_words(const json::object& object) {
    std::vector<std::string> words;
    for (const auto& [name, value] : object)
        words.push_back(fmt::format("{} {}", std::string_view(name),
            value.is_string() ? std::string(value.get_string()) : json::serialize(value)));
    return fmt::format("{}", fmt::join(words, ", "));
}

void print(const Details& details, std::ostream& out) {
    print_job(details.record, out);
    for (const auto& [name, value] : details.rare)
        print_field(out, name, value);
    if (!details.meta.is_null()) print_field(out, "meta", json::serialize(details.meta));
    for (const auto& result : details.results)
        print_field(out, "result", in_words(result));
    for (const auto& death : details.deaths)
        print_field(out, "death", death.describe());
    if (!details.tree.empty()) fmt::print(out, "tree\n  {} {}\n", details.record.id, details.record.status);
    for (const auto& member : details.tree)
        fmt::print(out, "{:{}}{} {}\n", "", 2 + 2 * member.depth, member.id, shown_status(member));
}

json::object to_json(const Details& details) {
    json::object all = cli::to_json(details.record);
    for (const auto& [name, value] : details.rare)
        all[name] = to_value(value);
    all["meta"] = details.meta;
    all["results"] = json::array(details.results.begin(), details.results.end());
    json::array deaths, tree;
    for (const Death& death : details.deaths)
        deaths.push_back(to_object(death));
    all["deaths"] = std::move(deaths);
    for (const auto& member : details.tree)
        tree.push_back({{"job", member.id}, {"status", shown_status(member)}, {"depth", member.depth}});
    all["tree"] = std::move(tree);
    return all;
}

} // namespace

awaitable<int> job(Context& context) {
    const auto details = co_await read_details(context.redis, context.words[0]);
    if (context.has("json"))
        print_json(context.out, to_json(details));
    else
        print(details, context.out);
    co_return ExitCode::success;
}

} // namespace freshet::jobs::cli
