#pragma once

#include "prep/redis/connection.hpp"
#include "prep/store/lock.hpp"
#include "prep/store/lock_wakeups.hpp"
#include "prep/store/run.hpp"

#include <functional>
#include <optional>

namespace freshet::prep {

struct LockOptions {
    /// The lease: what others wait at most after the holder's death. hold() renews it.
    std::chrono::seconds ttl{30};
    /// How long to wait for a lock that another holds; zero: not at all.
    std::chrono::milliseconds wait{0};
    /// A folder's lock that is held around this one. It lends its token, by which release_of_execution()
    /// finds this one too.
    const Lock* within = nullptr;
};

/// Why folders of a run are locked, for those who find them locked.
struct DirectoryPurpose {
    std::string purpose; ///< `build-climate-rq`
    std::string job_id;
    std::string execution_id;
};

/// The locks of runs, in Redis, as the Python side has them too (contract: keys, payloads, mirrored flags),
/// with what it lacks: they are short leases that are renewed, freed only by their token, handed over in
/// order of coming, and counted by a fence that only grows.
///
/// Errors: refused for a run that is READONLY; conflict names the owner of a lock that is not free within the
/// wait. Thread, executor and cancellation as redis::Connection, which must be connected to the runs'
/// database.
class Locks {
public:
    /// `wakeups` must run beside; both must outlive this.
    Locks(redis::Connection& runs, LockWakeups& wakeups);

    /// The lock of one controller: `file` is its path relative to the run's folder (`climate.nodb`).
    boost::asio::awaitable<Result<Lock>> take(Run run, std::string file, LockOptions options = {});
    /// The locks of folders that are about to be rebuilt: all of them or none, whatever order they are named
    /// in. bad_input for another root than watershed, landuse, soils, climate. Take them before any
    /// controller's lock.
    boost::asio::awaitable<Result<Lock>> take_directories(
        Run run, std::vector<std::string> roots, DirectoryPurpose purpose, LockOptions options = {});

    /// Extends the lease. lease_lost if it is not ours any more; then nothing was changed.
    boost::asio::awaitable<Result<>> renew(Lock& lock);
    /// Frees what is still ours; others' locks stay as they are.
    boost::asio::awaitable<Result<>> release(const Lock& lock);

    using Body = std::function<boost::asio::awaitable<Result<>>(const Lock& lock)>;
    /// Runs `body`, renews the lease meanwhile and releases the lock at the end, whatever the end is. If the
    /// lock is lost, `body` is cancelled and the result is lease_lost.
    boost::asio::awaitable<Result<>> hold(Lock lock, Body body);

    /// Every lock of the run, by key. Walks the keys of the database in batches (SCAN).
    boost::asio::awaitable<Result<std::vector<LockHolder>>> list(std::string run_id);
    /// Frees a lock whoever holds it: for operators. What held it; nothing if it was free.
    boost::asio::awaitable<Result<std::optional<LockHolder>>> force_unlock(
        std::string run_id, std::string name);
    /// Frees the folders that an execution had locked, and the controllers that it had locked with their
    /// tokens; how many. For who knows that the execution has ended or lost its lease.
    boost::asio::awaitable<Result<int>> release_of_execution(std::string run_id, std::string execution_id);

private:
    boost::asio::awaitable<Result<Lock>> take(Run run, Lock lock, LockOptions options);
    boost::asio::awaitable<Result<Lock>> take_or_wait(Lock lock, LockOptions options);
    boost::asio::awaitable<Result<Lock>> wait_for(Lock lock, LockOptions options);
    struct Attempt {
        bool taken = false;
        std::string busy_key;
        std::string holder;
        std::chrono::milliseconds changes_in{0}; ///< negative: never by itself
    };
    boost::asio::awaitable<Result<Attempt>> attempt(Lock& lock, std::chrono::seconds wait);
    boost::asio::awaitable<Result<>> give_up(const Lock& lock);
    boost::asio::awaitable<void> keep(Lock& lock);

    redis::Connection& runs_;
    LockWakeups& wakeups_;
    std::string owner_;
};

} // namespace freshet::prep
