#pragma once

#include "prep/store/client_cache.hpp"
#include "prep/store/controller.hpp"
#include "prep/store/controller_cache.hpp"
#include "prep/store/locks.hpp"
#include "rules/cache_rules.hpp"

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>

namespace freshet::prep {

/// The rules in force; never null. rules::RulesFile gives them in a worker, default_cache_rules() elsewhere.
using RulesSource = std::function<std::shared_ptr<const rules::CacheRules>()>;

/// A controller under its lock: the only way to write one.
class LockedController {
public:
    Controller& controller() noexcept { return controller_; }
    Document& document() noexcept { return controller_.document(); }
    const Lock& lock() const noexcept { return lock_; }

    /// Writes the file, then the cache. Nothing is written if the lock or the file is no longer ours
    /// (lease_lost, stale). An error of Redis after the file was written is returned: readers then find the
    /// new file by its signature, whatever the cache holds. unknown_fate: the file is written, but its
    /// directory could not be synced.
    boost::asio::awaitable<Result<>> dump();
    /// The same, and the lock is freed in the step that tells the cache.
    boost::asio::awaitable<Result<>> dump_and_unlock();
    /// The same, and what the rules say that `tasks` (stored values) make stale goes in that step too.
    boost::asio::awaitable<Result<>> dump_and_unlock_with_transaction(std::vector<std::string> tasks);

private:
    friend class Controllers;
    LockedController(class Controllers& store, const Run& run, Lock lock, Controller controller);
    boost::asio::awaitable<Result<>> write(
        std::vector<std::string> tasks, ControllerCache::Publication::After after);

    Controllers& store_;
    const Run& run_;
    Lock lock_;
    Controller controller_;
};

/// The controllers of runs: read through the caches, written under their locks.
///
/// Thread and executor as redis::Connection; files are read and written on the pool. Everything handed in
/// must outlive this.
class Controllers {
public:
    struct Parts {
        redis::Connection& runs; ///< connected to the runs' database
        Locks& locks;
        boost::asio::thread_pool& files;
        RulesSource rules = rules::default_cache_rules;
        ClientCache* client_cache = nullptr; ///< none: every read asks Redis
        FileOperations* file_operations = &system_files();
    };
    explicit Controllers(Parts parts);

    /// The controller as its file is now: from a cache if the entry's signature is the file's, else from the
    /// file. Redis being away makes it slower, not wrong. not_found if there is no such file.
    boost::asio::awaitable<Result<std::shared_ptr<const Controller>>> load(Run run, std::string name);

    enum class Missing { is_an_error, is_created };
    struct WriteOptions {
        LockOptions lock;
        Missing missing = Missing::is_an_error;
    };
    using Body = std::function<boost::asio::awaitable<Result<>>(LockedController&)>;
    /// Takes the lock, reads the file, runs `body`, and frees the lock at the end, whatever the end is. The
    /// lease is renewed meanwhile; if it is lost, `body` is cancelled. Keep `body` short: work first, then
    /// lock, and compare what the work was based on with what the file says now.
    boost::asio::awaitable<Result<>> locked(Run run, std::string name, WriteOptions options, Body body);

    /// Makes the cache hold what the file says, whatever it held (refresh_controller_cache).
    boost::asio::awaitable<Result<>> refresh(Run run, std::string name);
    /// Drops the controller's cache entries; bad_input for what is no controller.
    boost::asio::awaitable<Result<>> clear(Run run, std::string name);
    /// The same for every controller of the run (clear_all_caches).
    boost::asio::awaitable<Result<>> clear_all(Run run);

private:
    friend class LockedController;
    struct Hydrated {
        std::shared_ptr<const Controller> controller;
        bool from_cache = false;
        bool entry_is_damaged = false;
    };
    Result<StaleCache> cached(const Run& run, const std::string& name) const;
    boost::asio::awaitable<Result<Hydrated>> hydrate(
        const Run& run, const StaleCache& cache, std::optional<std::string> entry);
    boost::asio::awaitable<Result<std::shared_ptr<const Controller>>> load_and_fill(
        const Run& run, const StaleCache& cache);

    Parts parts_;
    ControllerCache cache_;
};

} // namespace freshet::prep
