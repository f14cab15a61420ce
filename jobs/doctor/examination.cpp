#include "jobs/doctor/examination.hpp"

#include "jobs/doctor/treatment.hpp"
#include "jobs/queue/keys.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

namespace freshet::jobs {
namespace {

using boost::asio::awaitable;
using prep::redis::Command;

constexpr int batch = 500;
constexpr std::string_view queue_prefix = "rq:queue:", job_prefix = "rq:job:", results_prefix = "rq:results:",
                           intermediate_suffix = ":intermediate",
                           first_seen = ":intermediate:first_seen:", dependents_suffix = ":dependents",
                           dependencies_prefix = "rq:job::", dependencies_suffix = ":dependencies",
                           key_prefix = "freshet:key:", waiting_suffix = ":waiting";
constexpr std::array<std::string_view, 5> states{"deferred", "scheduled", "finished", "failed", "canceled"};

/// `text` without both; nothing if it does not start and end so.
std::optional<std::string> between(
    std::string_view prefix, const std::string& text, std::string_view suffix) {
    if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix) || !text.ends_with(suffix))
        return std::nullopt;
    return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

Error about(std::string_view key, const Error& error) {
    return {error.code, fmt::format("{}: {}", key, error.message)};
}

/// Of a registry's key: `failed` of `rq:failed:default`.
std::string_view state_of(std::string_view key) {
    for (const auto state : states)
        if (key.starts_with(keys::registry(state, ""))) return state;
    return key.starts_with(keys::registry("wip", "")) ? "wip" : "";
}

} // namespace

awaitable<Result<>> Examination::run() {
    if (auto walked = co_await walk_known_queues(); !walked) co_return walked.error();
    if (auto walked = co_await walk_keys(); !walked) co_return walked.error();
    for (const auto& key : queues_)
        suspect(Trouble::unknown_queue, {key});
    for (const auto& key : lists_)
        if (auto walked = co_await walk_list(key); !walked) co_return walked.error();
    for (const auto& key : registries_)
        if (auto walked = co_await walk_members(key, "ZSCAN"); !walked) co_return walked.error();
    for (const auto& key : sets_)
        if (auto walked = co_await walk_members(key, "SSCAN"); !walked) co_return walked.error();
    co_return co_await look();
}

// Before the jobs: a job that is on a list walked already need not be looked for on it.
awaitable<Result<>> Examination::walk_known_queues() {
    Command members("SMEMBERS", keys::queues);
    const auto known = co_await redis_.call(std::move(members));
    if (!known) co_return known.error();
    for (std::size_t i = 0; i < known->size(); ++i)
        known_lists_.emplace((*known)[i].text());
    for (const auto& key : known_lists_)
        if (auto walked = co_await walk_list(key); !walked) co_return walked.error();
    co_return Result<>();
}

awaitable<Result<>> Examination::walk_keys() {
    std::string cursor = "0";
    do {
        Command scan("SCAN", cursor, "COUNT", batch);
        const auto reply = co_await redis_.call(std::move(scan));
        if (!reply) co_return reply.error();
        cursor = (*reply)[0].text();
        const auto keys = (*reply)[1];
        for (std::size_t i = 0; i < keys.size(); ++i)
            note_key(std::string(keys[i].text()));
        if (auto looked = co_await look(); !looked) co_return looked.error();
    } while (cursor != "0");
    co_return Result<>();
}

awaitable<Result<>> Examination::walk_list(std::string key) {
    for (std::int64_t first = 0;; first += batch) {
        Command slice("LRANGE", key, first, first + batch - 1);
        const auto ids = co_await redis_.call(std::move(slice));
        if (!ids) co_return about(key, ids.error());
        for (std::size_t i = 0; i < ids->size(); ++i)
            note_listed(key, std::string((*ids)[i].text()));
        if (auto looked = co_await look(); !looked) co_return looked.error();
        if (ids->size() < batch) co_return Result<>();
    }
}

awaitable<Result<>> Examination::walk_members(std::string key, std::string scan) {
    const std::size_t stride = scan == "ZSCAN" ? 2 : 1; // members with scores, or members
    std::string cursor = "0";
    do {
        Command command(scan, key, cursor, "COUNT", batch);
        const auto reply = co_await redis_.call(std::move(command));
        if (!reply) co_return about(key, reply.error());
        cursor = (*reply)[0].text();
        const auto members = (*reply)[1];
        for (std::size_t i = 0; i < members.size(); i += stride)
            note_member(key, std::string(members[i].text()));
        if (auto looked = co_await look(); !looked) co_return looked.error();
    } while (cursor != "0");
    co_return Result<>();
}

void Examination::note_key(std::string key) {
    if (const auto child = between(dependencies_prefix, key, dependencies_suffix))
        return suspect(Trouble::dependencies_left_over, {*child});
    if (const auto parent = between(job_prefix, key, dependents_suffix))
        return suspect(Trouble::dependents_left_over, {*parent});
    if (const auto id = between(job_prefix, key, "")) return note_job(*id);
    if (const auto id = between(results_prefix, key, "")) return suspect(Trouble::results_without_ttl, {*id});
    if (const auto queue = between(queue_prefix, key, "")) {
        if (queue->find(first_seen) != std::string::npos) return; // a note of RQ 2's cleaner
        if (queue->find(':') == std::string::npos) queues_.insert(key);
        if (!known_lists_.contains(key)) lists_.insert(std::move(key));
    } else if (const auto awaited = between(key_prefix, key, waiting_suffix)) {
        suspect(Trouble::unknown_key, {*awaited});
        suspect(Trouble::key_not_passed_on, {*awaited});
        lists_.insert(std::move(key));
    } else if (key.starts_with(keys::workers) || key.starts_with(key_prefix)) {
        sets_.insert(std::move(key));
    } else if (const auto state = state_of(key); !state.empty()) {
        queues_.insert(keys::queue(key.substr(keys::registry(state, "").size())));
        registries_.insert(std::move(key));
    }
}

void Examination::note_job(const std::string& id) {
    if (!listed_.contains(id)) suspect(Trouble::nowhere, {id});
    suspect(Trouble::started_without_lease, {id});
    suspect(Trouble::deferred_with_met_dependencies, {id});
    suspect(Trouble::ended_without_ttl, {id});
    suspect(Trouble::failed_unregistered, {id});
}

void Examination::note_listed(const std::string& list, const std::string& id) {
    if (const auto queue = between(queue_prefix, list, intermediate_suffix))
        return suspect(Trouble::stuck_on_intermediate, {*queue, id});
    suspect(Trouble::listed_without_job, {list, id});
    suspect(Trouble::listed_in_another_state, {list, id});
    if (!listed_.insert(id).second) suspect(Trouble::listed_twice, {list, id});
}

void Examination::note_member(const std::string& key, const std::string& member) {
    if (key.starts_with(keys::workers)) return suspect(Trouble::dead_worker, {key, member});
    if (const auto held = between(key_prefix, key, ""))
        return suspect(Trouble::key_held_by_idle_job, {*held, member});
    const std::string state(state_of(key));
    suspect(Trouble::registered_without_job, {key, member});
    if (state == "wip")
        suspect(Trouble::wip_of_idle_job, {key, member});
    else
        suspect(Trouble::registered_in_another_state, {key, state, member});
}

void Examination::suspect(Trouble trouble, std::vector<std::string> subject) {
    suspects_.push_back({trouble, std::move(subject), {}});
}

awaitable<Result<>> Examination::look() {
    const auto suspects = std::exchange(suspects_, {});
    const auto found = co_await treat(redis_, Treatment::look, suspects);
    if (!found) co_return found.error();
    for (std::size_t i = 0; i < suspects.size(); ++i)
        if (!(*found)[i].empty())
            findings_.push_back({suspects[i].trouble, suspects[i].subject, (*found)[i]});
    co_return Result<>();
}

} // namespace freshet::jobs
