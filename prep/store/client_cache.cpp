#include "prep/store/client_cache.hpp"

#include "rules/task_catalogue.hpp"

#include <algorithm>
#include <set>

namespace freshet::prep {
namespace {

using redis::Command;

constexpr std::size_t most_entries = 1'000;
constexpr std::string_view generations_prefix = "freshet:generations:";
constexpr std::string_view invalidations = "__redis__:invalidate";

/// What all keys of a controller begin with, whatever the run.
std::string common_prefix(const rules::CacheRules& rules, std::string_view controller) {
    const auto one = rules.keys_for(controller, "a", "/a").front();
    const auto other = rules.keys_for(controller, "b", "/b").front();
    return {one.begin(), std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first};
}

/// Redis refuses prefixes that begin with each other; the shorter one says it all.
std::vector<std::string> without_overlaps(const std::set<std::string>& prefixes) {
    std::vector<std::string> kept;
    for (const auto& prefix : prefixes)
        if (kept.empty() || !prefix.starts_with(kept.back())) kept.push_back(prefix);
    return kept;
}

} // namespace

ClientCache::ClientCache(
    boost::asio::any_io_executor executor, redis::Settings settings, const rules::CacheRules& rules)
    : PushLink(executor, settings, {settings.databases.cache, "freshet-client-cache"}) {
    std::set<std::string> prefixes{std::string(generations_prefix)};
    for (const auto controller : rules::controllers())
        prefixes.insert(common_prefix(rules, controller));
    prefixes.erase(""); // would mean every key of the server
    prefixes_ = without_overlaps(prefixes);
}

bool ClientCache::is_followed(std::string_view key) const {
    return std::ranges::any_of(prefixes_, [&](const auto& prefix) { return key.starts_with(prefix); });
}

std::shared_ptr<const Controller> ClientCache::find(const std::string& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second.controller;
}

std::uint64_t ClientCache::begin(const std::string& key, const std::string& run_id) {
    if (!active_ || !is_followed(key)) return 0;
    if (entries_.size() >= most_entries) entries_.clear();
    entries_[key] = {run_id, ++last_ticket_, nullptr};
    return last_ticket_;
}

void ClientCache::put(
    const std::string& key, std::uint64_t ticket, std::shared_ptr<const Controller> controller) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.ticket != ticket) return;
    found->second.controller = std::move(controller);
}

std::vector<Command> ClientCache::greeting(std::int64_t client_id) {
    std::vector<std::string> tracking{
        "CLIENT", "TRACKING", "ON", "REDIRECT", std::to_string(client_id), "BCAST"};
    for (const auto& prefix : prefixes_)
        tracking.insert(tracking.end(), {"PREFIX", prefix});
    std::vector<Command> commands;
    commands.emplace_back(tracking);
    commands.emplace_back("SUBSCRIBE", invalidations);
    return commands;
}

void ClientCache::received(const redis::ReplyView& reply) {
    if (reply[0].text() == "subscribe") active_ = true;
    if (reply[0].text() != "message") return;
    const auto keys = reply[2];
    if (keys.is_nil()) return entries_.clear(); // FLUSHDB
    for (std::size_t i = 0; i < keys.size(); ++i)
        changed(keys[i].text());
}

void ClientCache::changed(std::string_view key) {
    if (key.starts_with(generations_prefix)) {
        const auto run_id = key.substr(generations_prefix.size());
        std::erase_if(entries_, [&](const auto& entry) { return entry.second.run_id == run_id; });
        return;
    }
    entries_.erase(std::string(key));
}

void ClientCache::lost() {
    active_ = false;
    entries_.clear();
}

} // namespace freshet::prep
