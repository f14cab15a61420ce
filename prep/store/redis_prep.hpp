#pragma once

#include "prep/redis/connection.hpp"
#include "prep/store/stale_cache.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace freshet::prep {

/// A run's hash in Redis: which tasks are done and when, which jobs were submitted, a few attributes. Its
/// snapshot `redisprep.dump` in the run's folder brings it back when Redis has lost it.
///
/// The hash's key is the run id, the last part of the run directory. Timestamps are unix seconds by Redis'
/// clock; those of a run never tie and never go back, so that "a is newer than b" can be told by comparing
/// them.
///
/// Thread, executor, errors and cancellation as redis::Connection, which must be connected to the runs'
/// database and outlive this. The dump is written on the pool `files`; without one it blocks the thread for
/// the disk's time.
class RedisPrep {
public:
    using Fields = std::map<std::string, std::string>;

    /// bad_input if the directory's name is no run id.
    static Result<RedisPrep> open(
        redis::Connection& runs, std::filesystem::path run_dir, boost::asio::thread_pool* files = nullptr);

    const std::string& run_id() const noexcept { return run_id_; }
    const std::filesystem::path& run_dir() const noexcept { return run_dir_; }
    std::filesystem::path dump_path() const { return run_dir_ / "redisprep.dump"; }

    /// The whole hash; empty if there is none.
    boost::asio::awaitable<Result<Fields>> fields();

    /// Records the task (stored value) as done now and drops the caches that it made stale, in one step; then
    /// writes the dump. The timestamp that was recorded. An error of the dump is no error: the record stands,
    /// and a warning is logged.
    boost::asio::awaitable<Result<std::int64_t>> record(std::string task, std::vector<StaleCache> stale);
    /// Drops what the rules say that a task (stored value) makes stale: the names of the controllers; none
    /// for what has no rule, which is logged. Never fails: an error of Redis is logged, and the operation
    /// that called goes on.
    boost::asio::awaitable<std::vector<std::string>> invalidate_caches_for_task(
        const rules::CacheRules& rules, std::string task);

    /// When the task (stored value) was last done; nothing if it was not, or its timestamp was removed.
    boost::asio::awaitable<Result<std::optional<std::int64_t>>> timestamp(std::string task);
    boost::asio::awaitable<Result<std::map<std::string, std::int64_t>>> timestamps();
    boost::asio::awaitable<Result<>> remove_timestamp(std::string task);
    boost::asio::awaitable<Result<>> remove_all_timestamps();

    /// Unix seconds of the last change that said so (a task's completion, the removal of timestamps), else
    /// the newest timestamp; nothing if there is neither.
    boost::asio::awaitable<Result<std::optional<std::int64_t>>> last_modified();

    /// The job last submitted for a function (`build_climate_rq`); nothing if none was.
    boost::asio::awaitable<Result<std::optional<std::string>>> job_receipt(std::string function);
    boost::asio::awaitable<Result<std::map<std::string, std::string>>> job_receipts();
    boost::asio::awaitable<Result<>> set_job_receipt(std::string function, std::string job_id);

    /// has_sbs, sbs_required, loaded; nothing if never set.
    boost::asio::awaitable<Result<std::optional<bool>>> attribute(std::string name);
    enum class Attribute : bool { no, yes };
    boost::asio::awaitable<Result<>> set_attribute(std::string name, Attribute value);

    /// The job that archives the run; nothing if none does.
    boost::asio::awaitable<Result<std::optional<std::string>>> archive_job_id();
    boost::asio::awaitable<Result<>> set_archive_job_id(std::string job_id);
    boost::asio::awaitable<Result<>> clear_archive_job_id();

    /// Writes the snapshot (without `locked:` fields), atomically. When several processes write it at once,
    /// the last one to finish has written what the hash holds.
    boost::asio::awaitable<Result<>> dump();

    /// If the hash has no `attrs:loaded`, fills it from the snapshot; fields that are there stay. True if it
    /// did. bad_input if the snapshot is not a JSON object of texts and numbers: then nothing was changed.
    boost::asio::awaitable<Result<bool>> load_if_cold();

private:
    RedisPrep(redis::Connection& runs, std::filesystem::path run_dir, std::string run_id,
        boost::asio::thread_pool* files);
    boost::asio::awaitable<Result<>> change(redis::Command command);
    boost::asio::awaitable<Result<>> remove_timestamps_of(std::vector<std::string> tasks);
    boost::asio::awaitable<void> dump_or_warn();
    boost::asio::awaitable<Result<>> write_dump(std::string text);
    boost::asio::awaitable<Result<std::optional<std::string>>> field(std::string name);

    redis::Connection& runs_;
    std::filesystem::path run_dir_;
    std::string run_id_;
    boost::asio::thread_pool* files_; ///< may be null
};

} // namespace freshet::prep
