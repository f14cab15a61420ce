#include "prep/store/redis_prep.hpp"

#include "prep/async/offload.hpp"
#include "prep/files/atomic_file.hpp"
#include "prep/logging.hpp"
#include "prep/store/run_effects.hpp"
#include "prep/store/scripts/load.lua.hpp"
#include "prep/store/scripts/remove_timestamps.lua.hpp"
#include "rules/preflight.hpp"
#include "rules/run_id.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <charconv>

namespace freshet::prep {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using redis::Command;
using redis::Script;

constexpr std::string_view timestamp_prefix = "timestamps:";
constexpr std::string_view receipt_prefix = "rq:";
constexpr std::string_view attribute_prefix = "attrs:";
constexpr std::string_view archive_field = "archive:job_id";
constexpr int dump_attempts = 10;

const Script& remove_timestamps_script() {
    static const Script script("remove_timestamps", remove_timestamps_lua);
    return script;
}

const Script& load_script() {
    static const Script script("load", load_lua);
    return script;
}

std::string prefixed(std::string_view prefix, std::string_view name) {
    return std::string(prefix) + std::string(name);
}

std::optional<std::int64_t> to_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// The fields of the hash whose names begin with the prefix, without it.
RedisPrep::Fields with_prefix(const RedisPrep::Fields& fields, std::string_view prefix) {
    RedisPrep::Fields found;
    for (auto at = fields.lower_bound(std::string(prefix));
         at != fields.end() && at->first.starts_with(prefix); ++at)
        found.emplace(at->first.substr(prefix.size()), at->second);
    return found;
}

std::string snapshot_text(const RedisPrep::Fields& fields) {
    json::object snapshot;
    for (const auto& [name, value] : fields)
        if (!name.starts_with("locked:")) snapshot.emplace(name, value);
    return json::serialize(snapshot);
}

Result<std::vector<std::string>> words_of_snapshot(const std::filesystem::path& path, std::string_view text) {
    json::error_code error;
    const json::value value = json::parse(text, error);
    if (error) return Error{Errc::bad_input, fmt::format("{}: not JSON: {}", path.string(), error.message())};
    if (!value.is_object())
        return Error{Errc::bad_input, fmt::format("{}: expected a JSON object", path.string())};
    std::vector<std::string> words;
    for (const auto& [name, field] : value.get_object()) {
        if (field.is_object() || field.is_array() || field.is_null())
            return Error{
                Errc::bad_input, fmt::format("{}: field '{}': expected a text, number or boolean, found {}",
                                     path.string(), std::string_view(name), json::serialize(field))};
        words.emplace_back(name);
        words.push_back(field.is_string() ? std::string(field.get_string()) : json::serialize(field));
    }
    return words;
}

} // namespace

Result<RedisPrep> RedisPrep::open(
    redis::Connection& runs, std::filesystem::path run_dir, boost::asio::thread_pool* files) {
    auto run_id = rules::checked_run_id(run_dir.filename().string());
    if (!run_id) return run_id.error();
    return RedisPrep(runs, std::move(run_dir), std::move(*run_id), files);
}

RedisPrep::RedisPrep(redis::Connection& runs, std::filesystem::path run_dir, std::string run_id,
    boost::asio::thread_pool* files)
    : runs_(runs), run_dir_(std::move(run_dir)), run_id_(std::move(run_id)), files_(files) {}

awaitable<Result<RedisPrep::Fields>> RedisPrep::fields() {
    Command command("HGETALL", run_id_);
    auto reply = co_await runs_.call(std::move(command));
    if (!reply) co_return reply.error();
    Fields fields;
    for (std::size_t i = 0; i + 1 < reply->size(); i += 2)
        fields.emplace((*reply)[i].text(), (*reply)[i + 1].text());
    co_return fields;
}

awaitable<Result<std::int64_t>> RedisPrep::record(std::string task, std::vector<StaleCache> stale) {
    const auto stamp = co_await affect_run(runs_, run_id_, std::move(task), std::move(stale));
    if (stamp) co_await dump_or_warn();
    co_return stamp;
}

awaitable<std::vector<std::string>> RedisPrep::invalidate_caches_for_task(
    const rules::CacheRules& rules, std::string task) {
    const LogContext about{.run_id = run_id_, .job_id = {}};
    std::vector<std::string> names;
    auto stale = stale_after(rules, task, run_id_, run_dir_.string());
    if (stale.empty()) {
        log(Severity::info, "redisprep", about,
            fmt::format("'{}' has no rule: no cache is invalidated", task));
        co_return names;
    }
    for (const auto& cache : stale)
        names.push_back(cache.controller);
    const auto invalidated = co_await affect_run(runs_, run_id_, "", std::move(stale));
    if (!invalidated) {
        log(Severity::error, "redisprep", about,
            fmt::format("the caches of {} may be stale after {}: {}", fmt::join(names, ", "), task,
                invalidated.error().message));
        names.clear();
    }
    co_return names;
}

awaitable<Result<std::optional<std::int64_t>>> RedisPrep::timestamp(std::string task) {
    auto value = co_await field(prefixed(timestamp_prefix, task));
    if (!value) co_return value.error();
    if (!*value) co_return std::optional<std::int64_t>{};
    co_return to_integer(**value);
}

awaitable<Result<std::map<std::string, std::int64_t>>> RedisPrep::timestamps() {
    auto all = co_await fields();
    if (!all) co_return all.error();
    std::map<std::string, std::int64_t> found;
    for (const auto& [task, text] : with_prefix(*all, timestamp_prefix))
        if (const auto value = to_integer(text)) found.emplace(task, *value);
    co_return found;
}

awaitable<Result<>> RedisPrep::remove_timestamp(std::string task) {
    std::vector<std::string> one{std::move(task)};
    co_return co_await remove_timestamps_of(std::move(one));
}

awaitable<Result<>> RedisPrep::remove_all_timestamps() {
    co_return co_await remove_timestamps_of({});
}

awaitable<Result<>> RedisPrep::remove_timestamps_of(std::vector<std::string> tasks) {
    std::vector<std::string> keys{run_id_};
    const auto reply =
        co_await runs_.run_script(remove_timestamps_script(), std::move(keys), std::move(tasks));
    if (!reply) co_return reply.error();
    co_await dump_or_warn();
    co_return Result<>{};
}

awaitable<Result<std::optional<std::int64_t>>> RedisPrep::last_modified() {
    const auto all = co_await fields();
    if (!all) co_return all.error();
    const rules::RunHash hash(all->begin(), all->end());
    co_return rules::preflight_of(hash).last_modified;
}

awaitable<Result<std::optional<std::string>>> RedisPrep::job_receipt(std::string function) {
    co_return co_await field(prefixed(receipt_prefix, function));
}

awaitable<Result<std::map<std::string, std::string>>> RedisPrep::job_receipts() {
    auto all = co_await fields();
    if (!all) co_return all.error();
    co_return with_prefix(*all, receipt_prefix);
}

awaitable<Result<>> RedisPrep::set_job_receipt(std::string function, std::string job_id) {
    Command command("HSET", run_id_, prefixed(receipt_prefix, function), job_id);
    co_return co_await change(std::move(command));
}

awaitable<Result<std::optional<bool>>> RedisPrep::attribute(std::string name) {
    auto value = co_await field(prefixed(attribute_prefix, name));
    if (!value) co_return value.error();
    if (!*value) co_return std::optional<bool>{};
    co_return std::optional<bool>(**value == "true" || **value == "True" || **value == "1");
}

awaitable<Result<>> RedisPrep::set_attribute(std::string name, Attribute value) {
    Command command(
        "HSET", run_id_, prefixed(attribute_prefix, name), value == Attribute::yes ? "true" : "false");
    co_return co_await change(std::move(command));
}

awaitable<Result<std::optional<std::string>>> RedisPrep::archive_job_id() {
    co_return co_await field(std::string(archive_field));
}

awaitable<Result<>> RedisPrep::set_archive_job_id(std::string job_id) {
    Command command("HSET", run_id_, archive_field, job_id);
    co_return co_await change(std::move(command));
}

awaitable<Result<>> RedisPrep::clear_archive_job_id() {
    Command command("HDEL", run_id_, std::string(archive_field));
    co_return co_await change(std::move(command));
}

awaitable<Result<>> RedisPrep::dump() {
    // A slower writer may land after a faster one with older text: each looks again after its own write.
    std::string written;
    for (int attempt = 0; attempt < dump_attempts; ++attempt) {
        auto all = co_await fields();
        if (!all) co_return all.error();
        std::string text = snapshot_text(*all);
        if (text == written) break;
        if (auto ok = co_await write_dump(text); !ok) co_return ok.error();
        written = std::move(text);
    }
    co_return Result<>{};
}

awaitable<Result<>> RedisPrep::write_dump(std::string text) {
    const auto write = [&] {
        return write_file_atomically(dump_path(), text);
    };
    if (!files_) co_return write();
    co_return co_await offload(*files_, write);
}

awaitable<Result<bool>> RedisPrep::load_if_cold() {
    auto loaded = co_await attribute("loaded");
    if (!loaded) co_return loaded.error();
    if (*loaded) co_return false;

    std::vector<std::string> words;
    auto text = read_file(dump_path());
    if (!text && text.error().code != Errc::not_found) co_return text.error();
    if (text) {
        auto parsed = words_of_snapshot(dump_path(), *text);
        if (!parsed) co_return parsed.error();
        words = std::move(*parsed);
    }
    std::vector<std::string> keys{run_id_};
    auto reply = co_await runs_.run_script(load_script(), std::move(keys), std::move(words));
    if (!reply) co_return reply.error();
    co_return text.has_value() && reply->integer() == 1;
}

awaitable<Result<>> RedisPrep::change(Command command) {
    auto reply = co_await runs_.call(std::move(command));
    if (!reply) co_return reply.error();
    co_await dump_or_warn();
    co_return Result<>{};
}

awaitable<Result<std::optional<std::string>>> RedisPrep::field(std::string name) {
    Command command("HGET", run_id_, name);
    auto reply = co_await runs_.call(std::move(command));
    if (!reply) co_return reply.error();
    co_return reply->optional_text();
}

awaitable<void> RedisPrep::dump_or_warn() {
    const auto dumped = co_await dump();
    if (!dumped)
        log(Severity::warning, "redisprep", {.run_id = run_id_, .job_id = {}},
            "the run's hash is in Redis, its snapshot is behind: " + dumped.error().message);
}

} // namespace freshet::prep
