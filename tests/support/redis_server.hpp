#pragma once

#include "prep/redis/settings.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace freshet::tests {

struct RedisServerOptions {
    /// Appended to redis-server's command line: {"--requirepass", "secret"}, {"--appendonly", "yes"}.
    std::vector<std::string> arguments = {};
    /// Lines of a configuration file; empty: none. (A sentinel needs one, that it can write to.)
    std::string configuration = {};
    /// For server.command() when the server asks for one.
    std::string password = {};
    /// Listens on a free TCP port of 127.0.0.1 too.
    bool tcp = false;
};

/// A redis-server of the test's own on a unix socket in a new folder under the temporary directory; keeps
/// nothing on disk unless the arguments say so. The program is `redis-server`, or what
/// FRESHET_TEST_REDIS_SERVER names (valkey-server). Up and answering after construction; gone with its folder
/// after destruction, also when the test dies. Throws std::runtime_error with the server's log if it does not
/// start.
class RedisServer {
public:
    explicit RedisServer(RedisServerOptions options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    /// Settings for a client over the unix socket, with the password if there is one, that reconnects at
    /// once.
    prep::redis::Settings settings() const;
    /// The same over TCP.
    prep::redis::Settings tcp_settings() const;

    const std::filesystem::path& folder() const noexcept { return folder_; }
    std::string socket() const { return folder_ / "redis.sock"; }
    std::uint16_t port() const noexcept { return port_; }

    /// Starts it again on the same socket, port and folder after stop() or kill(). Returns when it answers.
    void start();
    /// SIGTERM, and waits for its end (with appendonly its data are on disk then).
    void stop();
    /// SIGKILL, and waits for its end.
    void kill();
    /// SIGSTOP: connections stay open, nobody answers.
    void pause();
    /// SIGCONT.
    void resume();

    /// Runs one command over a connection of its own, blocking; its reply as text: elements of an array one a
    /// line, nil as
    /// "(nil)", an error reply as "(error) ...". Throws if there is no server.
    std::string command(const std::vector<std::string>& words) const;

private:
    std::string write_configuration() const;
    void wait_until_it_answers();
    void clean_up();
    void end(int signal);

    RedisServerOptions options_;
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    pid_t process_ = 0;
};

/// A TCP port of 127.0.0.1 that nobody listened on a moment ago.
std::uint16_t free_tcp_port();

} // namespace freshet::tests
