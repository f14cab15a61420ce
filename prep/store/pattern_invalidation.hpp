#pragma once

#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace freshet::prep {

/// What was deleted. `failure` says why there may be more that was not; an invalidation never fails
/// otherwise.
struct Invalidated {
    std::size_t specific_keys = 0;
    std::size_t matching_keys = 0;
    std::optional<std::string> failure = {};

    std::size_t total() const noexcept { return specific_keys + matching_keys; }
};

/// Deletes cached answers by exact keys and by glob patterns, after the operation that changed the data has
/// succeeded. Walks keys in batches (SCAN, UNLINK); never holds Redis up, never throws. Log lines: debug for
/// each batch, info for the sum, warning on failure.
///
/// Thread, executor and cancellation as redis::Connection, which must be connected to the database of those
/// caches.
class PatternInvalidation {
public:
    explicit PatternInvalidation(redis::Connection& cache) : cache_(cache) {}

    /// `operation_name` is the word in the log lines: "catalog", "user". Keys and patterns may each be empty.
    boost::asio::awaitable<Invalidated> invalidate_cache_by_patterns(std::vector<std::string> specific_keys,
        std::vector<std::string> patterns, std::string operation_name);

    /// `catalog:models:*`, and `catalog:model:<endpoint id>` if there is one.
    boost::asio::awaitable<Invalidated> invalidate_catalog_cache(std::optional<std::string> endpoint_id = {});
    /// `user:<id>`, its profile, sessions and projects.
    boost::asio::awaitable<Invalidated> invalidate_user_cache(std::string user_id);
    /// `clusters:list:*`, and everything of one cluster if there is one.
    boost::asio::awaitable<Invalidated> invalidate_cluster_cache(std::optional<std::string> cluster_id = {});

private:
    boost::asio::awaitable<Result<std::size_t>> unlink(std::vector<std::string> keys);
    boost::asio::awaitable<Result<std::size_t>> unlink_matching(std::string pattern);

    redis::Connection& cache_;
};

} // namespace freshet::prep
