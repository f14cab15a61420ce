#pragma once

#include "prep/redis/settings.hpp"
#include "rules/error.hpp"

#include <sys/types.h>

#include <filesystem>

namespace freshet::worker {

/// A private redis-server for one worker and the producers beside it: unix socket and append-only file (fsync
/// every second) in a folder of its own, no TCP port. It ends with this object, and also when the worker
/// dies; what it held is there again at the next start on the same folder.
class EmbeddedRedis {
public:
    /// Starts redis-server (found in PATH) and returns when it answers. Errors name the folder and end with
    /// the last lines of its log; conflict if a server already works on that folder. Blocks for as long as
    /// that takes (10 s at most).
    static Result<EmbeddedRedis> start(const std::filesystem::path& folder);

    EmbeddedRedis(EmbeddedRedis&& other) noexcept;
    EmbeddedRedis& operator=(EmbeddedRedis&&) = delete;
    /// Ends the server (SIGTERM) and waits for it.
    ~EmbeddedRedis();

    /// Points settings at the server; database numbers and time limits stay.
    void apply_to(prep::redis::Settings& settings) const;

private:
    EmbeddedRedis(std::filesystem::path folder, pid_t process);

    std::filesystem::path folder_;
    pid_t process_;
};

} // namespace freshet::worker
