#pragma once

#include "tests/support/redis_server.hpp"

namespace freshet::tests {

/// A primary, its replica and a sentinel that calls them `mymaster` and takes a primary for dead after 300
/// ms. Once made, the replica is in step and the sentinel knows it.
class FailoverFixture {
public:
    FailoverFixture();

    /// Settings for a client that asks the sentinel.
    prep::redis::Settings settings() const;
    std::string sentinel_address() const;

    /// Waits until the replica has everything that the primary has.
    void wait_for_replication() const;
    /// An operator's SENTINEL FAILOVER, or that of the sentinel when it misses the primary: waits until it
    /// names the other server.
    void order_failover() const;
    void wait_for_failover() const;

    RedisServer first{{.tcp = true}}; ///< the primary at the start
    RedisServer second;               ///< its replica
    RedisServer sentinel;
};

} // namespace freshet::tests
