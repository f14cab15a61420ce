#pragma once

#include "rules/cache_rules.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace freshet::rules {

/// The rules in force, never null, and what the operator must be told.
struct Refreshed {
    std::shared_ptr<const CacheRules> rules;
    std::optional<std::string> warning; ///< given once for each broken version of the file
};

/// A rules file that is followed while the program runs. It may be replaced by rename or written in place.
///
/// A broken, missing or unreadable file never stops a task: until the first good version the built-in default
/// rules apply, and later the last good ones stay. Having no rules at all would leave stale caches behind.
///
/// An empty path stands for no file: the built-in rules apply, without a warning.
///
/// The file is looked at (stat) at most once per interval and read only when its time, size or inode has
/// moved. Each version is read again at the next look, because a second write within one tick of the file
/// system's clock may leave no trace in them. On NFS the attribute cache delays what a look sees.
///
/// Thread-safe. A look blocks for a stat, and seldom for a read of at most 1 MiB.
class RulesFile {
public:
    using Clock = std::chrono::steady_clock;

    explicit RulesFile(std::filesystem::path path, Clock::duration interval = std::chrono::seconds(1))
        : path_(std::move(path)), interval_(interval) {}

    /// The rules as of `now`. The first call reads the file.
    Refreshed current(Clock::time_point now);

private:
    struct Signature {
        std::int64_t seconds;
        std::int64_t nanoseconds;
        std::uint64_t size;
        std::uint64_t inode;
        friend bool operator==(const Signature&, const Signature&) = default;
    };

    std::optional<std::string> look();
    std::optional<std::string> adopt(const Result<std::string>& text);
    std::optional<Signature> signature() const;
    Result<std::string> read() const;

    const std::filesystem::path path_;
    const Clock::duration interval_;

    std::mutex mutex_;
    std::optional<Clock::time_point> looked_at_;
    std::optional<Signature> seen_;
    int readings_ = 0; ///< of the version seen
    std::optional<Result<std::string>> last_text_;
    std::shared_ptr<const CacheRules> last_good_; ///< null before the first
};

} // namespace freshet::rules
