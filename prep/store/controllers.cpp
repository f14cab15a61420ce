#include "prep/store/controllers.hpp"

#include "prep/async/offload.hpp"
#include "prep/logging.hpp"
#include "rules/task_catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::prep {
namespace {

using boost::asio::awaitable;
using After = ControllerCache::Publication::After;

const Logger logger("controllers");

void warn(const Run& run, const std::string& message) {
    logger.warning(message, {.run_id = run.id, .job_id = {}});
}

} // namespace

LockedController::LockedController(Controllers& store, const Run& run, Lock lock, Controller controller)
    : store_(store), run_(run), lock_(std::move(lock)), controller_(std::move(controller)) {}

awaitable<Result<>> LockedController::dump() {
    return write({}, After::keep_lock);
}

awaitable<Result<>> LockedController::dump_and_unlock() {
    return write({}, After::unlock);
}

awaitable<Result<>> LockedController::dump_and_unlock_with_transaction(std::vector<std::string> tasks) {
    return write(std::move(tasks), After::unlock);
}

awaitable<Result<>> LockedController::write(std::vector<std::string> tasks, After after) {
    SaveOptions options;
    options.files = store_.parts_.file_operations;
    options.still_allowed = [this] {
        return lock_.check_lease();
    };
    ControllerCache::Publication publication;
    const auto saved = co_await offload(store_.parts_.files, [&] {
        auto result = lock_.check_lease();
        if (result) result = controller_.save(options);
        if (result) publication.entry = controller_.cache_entry();
        return result;
    });
    const bool replaced = saved || saved.error().code == Errc::unknown_fate;
    if (!replaced) co_return saved;

    publication.stale = stale_after_writing(*store_.parts_.rules(), controller_.name(), tasks, run_);
    publication.after = after;
    const auto published = co_await store_.cache_.publish(lock_, std::move(publication));
    if (!published) co_return published;
    if (after == After::unlock) lock_.ended();
    co_return saved;
}

Controllers::Controllers(Parts parts) : parts_(std::move(parts)), cache_(parts_.runs) {}

Result<StaleCache> Controllers::cached(const Run& run, const std::string& name) const {
    if (!rules::is_controller(name))
        return Error{Errc::bad_input, fmt::format("'{}' is no controller: expected one of {}", name,
                                          fmt::join(rules::controllers(), ", "))};
    return StaleCache{name, cache_keys(*parts_.rules(), name, run.id, run.dir.string())};
}

awaitable<Result<std::shared_ptr<const Controller>>> Controllers::load(Run run, std::string name) {
    const auto cache = cached(run, name);
    if (!cache) co_return cache.error();
    if (!parts_.client_cache) co_return co_await load_and_fill(run, *cache);

    const auto& key = cache->keys.front();
    if (auto known = parts_.client_cache->find(key); known && known->check_unchanged()) co_return known;
    const auto ticket = parts_.client_cache->begin(key, run.id);
    auto loaded = co_await load_and_fill(run, *cache);
    if (loaded && ticket != 0) parts_.client_cache->put(key, ticket, *loaded);
    co_return loaded;
}

awaitable<Result<std::shared_ptr<const Controller>>> Controllers::load_and_fill(
    const Run& run, const StaleCache& cache) {
    auto looked = co_await cache_.look(run, cache);
    if (!looked)
        warn(run, fmt::format("{}: read without the cache: {}", cache.controller, looked.error().message));
    std::optional<std::string> entry;
    if (looked) entry = looked->entry;
    auto hydrated = co_await hydrate(run, cache, entry);
    if (!hydrated) co_return hydrated.error();
    if (hydrated->entry_is_damaged) {
        warn(run, fmt::format("{}: the cache entry is damaged and goes", cache.controller));
        (void)co_await cache_.evict(run, cache, *entry);
    }
    if (looked && !hydrated->from_cache) {
        auto fresh = hydrated->controller->cache_entry();
        const auto filled = co_await cache_.fill(run, cache, looked->generation, std::move(fresh));
        if (!filled)
            warn(run,
                fmt::format("{}: the cache was not filled: {}", cache.controller, filled.error().message));
    }
    co_return hydrated->controller;
}

awaitable<Result<Controllers::Hydrated>> Controllers::hydrate(
    const Run& run, const StaleCache& cache, std::optional<std::string> entry) {
    const auto path = run.controller(cache.controller);
    co_return co_await offload(parts_.files, [&]() -> Result<Hydrated> {
        Hydrated hydrated;
        if (entry) {
            const auto present = signature_of(path);
            if (!present) return present.error();
            auto cached = Controller::from_cache(path, std::move(*entry), *present);
            if (cached) return Hydrated{std::make_shared<const Controller>(std::move(*cached)), true, false};
            hydrated.entry_is_damaged = cached.error().code == Errc::bad_input;
        }
        auto read = Controller::load(path);
        if (!read) return read.error();
        hydrated.controller = std::make_shared<const Controller>(std::move(*read));
        return hydrated;
    });
}

awaitable<Result<>> Controllers::locked(Run run, std::string name, WriteOptions options, Body body) {
    const auto cache = cached(run, name);
    if (!cache) co_return cache.error();
    auto lock = co_await parts_.locks.take(run, name + ".nodb", options.lock);
    if (!lock) co_return lock.error();
    const Locks::Body read_and_run = [&](const Lock& held) -> awaitable<Result<>> {
        const auto path = run.controller(name);
        std::optional<Controller> controller;
        const auto read = co_await offload(parts_.files, [&]() -> Result<> {
            auto present = Controller::load(path);
            if (!present && present.error().code == Errc::not_found && options.missing == Missing::is_created)
                present = Controller::create(path);
            if (!present) return present.error();
            controller = std::move(*present);
            return {};
        });
        if (!read) co_return read.error();
        LockedController scope(*this, run, held, std::move(*controller));
        co_return co_await body(scope);
    };
    co_return co_await parts_.locks.hold(std::move(*lock), read_and_run);
}

awaitable<Result<>> Controllers::refresh(Run run, std::string name) {
    const auto cleared = co_await clear(run, name);
    if (!cleared) co_return cleared.error();
    const auto cache = cached(run, name);
    const auto loaded = co_await load_and_fill(run, *cache);
    if (!loaded) co_return loaded.error();
    co_return Result<>{};
}

awaitable<Result<>> Controllers::clear(Run run, std::string name) {
    auto cache = cached(run, name);
    if (!cache) co_return cache.error();
    std::vector<StaleCache> one{std::move(*cache)};
    co_return co_await cache_.invalidate(run, std::move(one));
}

awaitable<Result<>> Controllers::clear_all(Run run) {
    auto all = all_controllers(*parts_.rules(), run);
    co_return co_await cache_.invalidate(run, std::move(all));
}

} // namespace freshet::prep
