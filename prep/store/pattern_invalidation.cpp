#include "prep/store/pattern_invalidation.hpp"

#include "prep/logging.hpp"
#include "prep/store/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::prep {
namespace {

using boost::asio::awaitable;

const Logger logger("invalidation");

constexpr std::size_t unlink_batch = 500;

std::string listed(const std::vector<std::string>& keys) {
    constexpr std::size_t shown = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, keys.size()); ++i)
        text += fmt::format("{}'{}'", i ? ", " : "", keys[i]);
    if (keys.size() > shown) text += ", ...";
    return text;
}

} // namespace

awaitable<Invalidated> PatternInvalidation::invalidate_cache_by_patterns(
    std::vector<std::string> specific_keys, std::vector<std::string> patterns, std::string operation_name) {
    Invalidated done;
    const auto failed = [&](const Error& error) {
        done.failure = error.message;
        logger.warning(fmt::format("Failed to invalidate {} cache: {}", operation_name, error.message));
        return done;
    };
    if (!specific_keys.empty()) {
        const auto names = listed(specific_keys);
        const auto deleted = co_await unlink(std::move(specific_keys));
        if (!deleted) co_return failed(deleted.error());
        done.specific_keys = *deleted;
        logger.debug(
            fmt::format("Invalidated {} specific {} cache keys: [{}]", *deleted, operation_name, names));
    }
    for (const auto& pattern : patterns) {
        const auto deleted = co_await unlink_matching(pattern);
        if (!deleted) co_return failed(deleted.error());
        done.matching_keys += *deleted;
        logger.debug(fmt::format(
            "Invalidated {} {} cache entries matching pattern: {}", *deleted, operation_name, pattern));
    }
    logger.info(fmt::format("Successfully invalidated {} {} cache entries", done.total(), operation_name));
    co_return done;
}

awaitable<Result<std::size_t>> PatternInvalidation::unlink(std::vector<std::string> keys) {
    std::size_t deleted = 0;
    for (std::size_t at = 0; at < keys.size(); at += unlink_batch) {
        std::vector<std::string> words{"UNLINK"};
        const auto end = std::min(keys.size(), at + unlink_batch);
        words.insert(words.end(), keys.begin() + static_cast<std::ptrdiff_t>(at),
            keys.begin() + static_cast<std::ptrdiff_t>(end));
        redis::Command command(words);
        const auto reply = co_await cache_.call(std::move(command));
        if (!reply) co_return reply.error();
        deleted += static_cast<std::size_t>(reply->integer());
    }
    co_return deleted;
}

awaitable<Result<std::size_t>> PatternInvalidation::unlink_matching(std::string pattern) {
    auto keys = co_await scan_keys(cache_, std::move(pattern));
    if (!keys) co_return keys.error();
    co_return co_await unlink(std::move(*keys));
}

awaitable<Invalidated> PatternInvalidation::invalidate_catalog_cache(std::optional<std::string> endpoint_id) {
    std::vector<std::string> keys, patterns{"catalog:models:*"};
    if (endpoint_id) keys.push_back("catalog:model:" + *endpoint_id);
    co_return co_await invalidate_cache_by_patterns(std::move(keys), std::move(patterns), "catalog");
}

awaitable<Invalidated> PatternInvalidation::invalidate_user_cache(std::string user_id) {
    const auto user = "user:" + user_id, exact = "user:" + glob_escaped(user_id);
    std::vector<std::string> keys{user, user + ":profile"};
    std::vector<std::string> patterns{exact + ":sessions:*", exact + ":projects:*"};
    co_return co_await invalidate_cache_by_patterns(std::move(keys), std::move(patterns), "user");
}

awaitable<Invalidated> PatternInvalidation::invalidate_cluster_cache(std::optional<std::string> cluster_id) {
    std::vector<std::string> keys, patterns{"clusters:list:*"};
    if (cluster_id) {
        const auto cluster = "cluster:" + *cluster_id;
        keys.insert(keys.end(), {cluster, cluster + ":status", cluster + ":metrics"});
        patterns.push_back("cluster:" + glob_escaped(*cluster_id) + ":*");
    }
    co_return co_await invalidate_cache_by_patterns(std::move(keys), std::move(patterns), "cluster");
}

} // namespace freshet::prep
