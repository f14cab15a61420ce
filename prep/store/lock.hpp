#pragma once

#include "rules/error.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep {

/// A lock, or several taken together, that this process holds, or held. Copies speak of the same lock.
class Lock {
public:
    /// One of the keys in Redis that make up the lock.
    struct Part {
        std::string key;      ///< `nodb-lock:<run id>:<name>`
        std::string name;     ///< `climate.nodb`, `runtime-paths/climate`
        std::string mirrored; ///< the field `locked:<this>` of the run's hash; empty: none
        std::string payload;  ///< with the marks @acquired_at@ and @expires_at@
    };

    Lock(std::string run_id, std::vector<Part> parts, std::string token, std::chrono::seconds ttl);

    const std::string& run_id() const noexcept { return run_id_; }
    const std::string& token() const noexcept { return token_; }
    /// Of all locks that were ever taken on this Redis, later ones have greater numbers.
    std::int64_t fence() const noexcept { return fence_; }
    std::chrono::seconds ttl() const noexcept { return ttl_; }
    std::vector<std::string> keys() const;
    const std::vector<Part>& parts() const noexcept { return parts_; }

    /// lease_lost when the lease has surely or possibly run out, judged without asking Redis: by the time on
    /// this machine's steady clock since before it was last granted. Thread-safe.
    Result<> check_lease() const;

    /// What Redis granted: `asked_at` is the time before the question.
    void granted(std::chrono::steady_clock::time_point asked_at) noexcept;
    void taken(std::int64_t acquired_at, std::int64_t fence);
    /// Known to be lost or freed: check_lease() fails from now on.
    void ended() noexcept;

private:
    std::string run_id_;
    std::vector<Part> parts_;
    std::string token_;
    std::chrono::seconds ttl_;
    std::int64_t fence_ = 0;
    std::shared_ptr<std::atomic<std::chrono::steady_clock::time_point>> good_until_;
};

/// What a lock's value in Redis says.
struct LockHolder {
    std::string name; ///< `climate.nodb`, `runtime-paths/climate`
    std::string token = {};
    std::string owner = {}; ///< `<host>:<pid>`; empty for a legacy payload, which is the bare token
    std::string purpose = {};
    std::string execution_id = {};
    std::optional<std::int64_t> acquired_at = {}; ///< Unix seconds
    std::optional<std::int64_t> expires_at = {};
};

std::string lock_key(std::string_view run_id, std::string_view name);
/// Never fails: what is no payload is a bare token.
LockHolder parse_lock(std::string_view name, std::string_view value);
/// "climate.nodb is locked by host:12 since ... until ..." for messages.
std::string describe(const LockHolder& holder);

} // namespace freshet::prep
