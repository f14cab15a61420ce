#pragma once

#include "prep/redis/connection.hpp"
#include "prep/store/lock.hpp"
#include "prep/store/run.hpp"
#include "prep/store/stale_cache.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace freshet::prep {

/// The cache of controllers in Redis: entries (Controller::cache_entry) and the generations that keep a slow
/// reader from putting an old document back. Each step is one script; see cache_*.lua for what each keeps.
///
/// Thread, executor, errors and cancellation as redis::Connection, which must be connected to the runs'
/// database.
class ControllerCache {
public:
    static constexpr std::chrono::hours time_to_live{72};

    explicit ControllerCache(redis::Connection& runs) : runs_(runs) {}

    struct Looked {
        std::optional<std::string> entry;
        std::string generation;
    };
    /// The entry under the first key; if there is one it stays for another time to live.
    boost::asio::awaitable<Result<Looked>> look(const Run& run, const StaleCache& controller);

    /// Stores what was read after look() had given that generation. False if the controller was invalidated
    /// since.
    boost::asio::awaitable<Result<bool>> fill(
        const Run& run, const StaleCache& controller, std::string generation, std::string entry);

    /// Deletes a damaged entry, unless somebody has replaced it.
    boost::asio::awaitable<Result<>> evict(const Run& run, const StaleCache& controller, std::string damaged);

    /// What follows the replacement of a controller's file.
    struct Publication {
        std::string entry;             ///< empty: none is stored, the next reader reads the file
        std::vector<StaleCache> stale; ///< the controller itself, and the others that go in the same step
        enum class After { keep_lock, unlock } after = After::keep_lock;
    };
    /// lease_lost if the lock is not held any more; the invalidation has happened all the same.
    boost::asio::awaitable<Result<>> publish(const Lock& lock, Publication publication);

    /// Deletes all entries of these controllers and moves their generations, in one step.
    boost::asio::awaitable<Result<>> invalidate(const Run& run, std::vector<StaleCache> controllers);

private:
    redis::Connection& runs_;
};

} // namespace freshet::prep
