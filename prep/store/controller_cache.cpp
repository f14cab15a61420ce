#include "prep/store/controller_cache.hpp"

#include "prep/store/run_effects.hpp"
#include "prep/store/scripts/cache_evict.lua.hpp"
#include "prep/store/scripts/cache_fill.lua.hpp"
#include "prep/store/scripts/cache_look.lua.hpp"
#include "prep/store/scripts/cache_publish.lua.hpp"
#include "prep/store/scripts/lock_turns.lua.hpp"
#include "prep/store/scripts/run_effects.lua.hpp"

#include <fmt/format.h>

namespace freshet::prep {
namespace {

using boost::asio::awaitable;
using redis::Script;

const Script& look_script() {
    static const Script script("cache_look", cache_look_lua);
    return script;
}

const Script& fill_script() {
    static const Script script("cache_fill", cache_fill_lua);
    return script;
}

const Script& evict_script() {
    static const Script script("cache_evict", cache_evict_lua);
    return script;
}

const Script& publish_script() {
    static const Script script("cache_publish", {run_effects_lua, lock_turns_lua, cache_publish_lua});
    return script;
}

std::string ttl_text() {
    return std::to_string(std::chrono::seconds(ControllerCache::time_to_live).count());
}

std::vector<std::string> database_words(const redis::Connection& runs) {
    const auto& databases = runs.settings().databases;
    return {std::to_string(databases.runs), std::to_string(databases.cache)};
}

} // namespace

awaitable<Result<ControllerCache::Looked>> ControllerCache::look(
    const Run& run, const StaleCache& controller) {
    std::vector<std::string> keys{run.id, controller.keys.front()};
    auto arguments = database_words(runs_);
    arguments.push_back(controller.controller);
    arguments.push_back(ttl_text());
    const auto reply = co_await runs_.run_script(look_script(), std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Looked{(*reply)[0].optional_text(), std::string((*reply)[1].text())};
}

awaitable<Result<bool>> ControllerCache::fill(
    const Run& run, const StaleCache& controller, std::string generation, std::string entry) {
    std::vector<std::string> keys{run.id, controller.keys.front()};
    auto arguments = database_words(runs_);
    arguments.push_back(controller.controller);
    arguments.push_back(ttl_text());
    arguments.push_back(std::move(generation));
    arguments.push_back(std::move(entry));
    const auto reply = co_await runs_.run_script(fill_script(), std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    co_return reply->integer() == 1;
}

awaitable<Result<>> ControllerCache::evict(
    const Run& run, const StaleCache& controller, std::string damaged) {
    std::vector<std::string> keys{run.id, controller.keys.front()};
    auto arguments = database_words(runs_);
    arguments.push_back(Script("damaged entry", damaged).sha1());
    const auto reply = co_await runs_.run_script(evict_script(), std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Result<>{};
}

awaitable<Result<>> ControllerCache::publish(const Lock& lock, Publication publication) {
    const auto& part = lock.parts().front();
    std::vector<std::string> keys{lock.run_id(), part.key};
    auto arguments = database_words(runs_);
    const bool unlock = publication.after == Publication::After::unlock;
    arguments.insert(arguments.end(),
        {lock.token(), part.mirrored, unlock ? "unlock" : "keep", std::move(publication.entry), ttl_text()});
    append_to(arguments, publication.stale);
    const auto reply = co_await runs_.run_script(publish_script(), std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    if (reply->integer() == 1) co_return Result<>{};
    co_return Error{
        Errc::lease_lost, fmt::format("the lock {} was lost while the file was replaced", part.key)};
}

awaitable<Result<>> ControllerCache::invalidate(const Run& run, std::vector<StaleCache> controllers) {
    const auto done = co_await affect_run(runs_, run.id, "", std::move(controllers));
    if (!done) co_return done.error();
    co_return Result<>{};
}

} // namespace freshet::prep
