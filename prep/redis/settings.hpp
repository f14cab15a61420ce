#pragma once

#include "rules/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep::redis {

/// The database numbers of the run store. All of them are on one server: completion is atomic over them.
struct Databases {
    int runs = 0;        ///< run hashes and locks
    int status = 2;      ///< where status messages are published (by convention: pub/sub has no databases)
    int queue = 9;       ///< RQ queues and jobs
    int cache = 13;      ///< controller cache and its generations
    int log_levels = 15; ///< `loglevel:<run id>`
};

struct TlsSettings {
    bool enabled = false;
    bool verify = true;           ///< check the server's certificate and its name
    std::string ca_file;          ///< PEM; empty: the system's store
    std::string certificate_file; ///< client certificate, PEM; empty: none
    std::string key_file;         ///< its private key, PEM
    std::string server_name;      ///< expected in the certificate and sent as SNI; empty: the host
};

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

/// Redis Sentinel: who knows where the primary is.
struct SentinelSettings {
    std::vector<Address> addresses;   ///< empty: no Sentinel
    std::string primary = "mymaster"; ///< the name under which the sentinels know it
    std::string user;                 ///< of the sentinels themselves; empty: their default user
    std::string password;             ///< empty: no AUTH
};

/// Where Redis is and how patient to be with it.
struct Settings {
    std::string host = "localhost";
    std::uint16_t port = 6379;
    std::string unix_socket;      ///< path; not empty: used instead of host and port
    SentinelSettings sentinel;    ///< with addresses: they say host and port
    bool must_be_primary = false; ///< a replica is as good as no server
    std::string user;             ///< empty: Redis' default user
    std::string password;         ///< empty: no AUTH
    TlsSettings tls;
    Databases databases;

    std::chrono::milliseconds connect_timeout{5'000};     ///< for connect, TLS and handshake together
    std::chrono::milliseconds command_timeout{10'000};    ///< from the call to the reply
    std::chrono::milliseconds idle_ping_interval{15'000}; ///< silence after which the connection is probed
    std::chrono::milliseconds backoff_first{50};          ///< before the second attempt to connect
    std::chrono::milliseconds backoff_limit{5'000};       ///< the longest wait between two attempts

    /// The server for messages and logs: `localhost:6379`, `unix:///run/redis.sock`, `primary mymaster`;
    /// never the password.
    std::string where() const;
};

/// Applies `redis://[user:password@]host[:port][/db]`, `rediss://` (the same with TLS) or
/// `unix://[user:password@]/path` to `settings`; percent-encoding is decoded, the database in the path is
/// ignored (the run store's numbers apply). Anything else is bad_input that quotes the URL without its
/// password.
Result<> apply_url(std::string_view url, Settings& settings);

/// `host[:port],...` as the sentinels' addresses; port 26379 where there is none. bad_input quotes the text.
Result<> apply_sentinels(std::string_view text, Settings& settings);

/// Reads the first line of a password file. not_found or bad_input (empty file) name the path.
Result<std::string> read_password_file(const std::string& path);

} // namespace freshet::prep::redis
