#include "tests/support/failover_fixture.hpp"

#include "tests/support/process.hpp"

#include <fmt/format.h>

namespace freshet::tests {
namespace {

RedisServerOptions replica_of(const RedisServer& primary) {
    return {.arguments = {"--replicaof", "127.0.0.1", std::to_string(primary.port())}, .tcp = true};
}

RedisServerOptions sentinel_of(const RedisServer& primary) {
    const auto configuration = fmt::format("sentinel monitor mymaster 127.0.0.1 {} 1\n"
                                           "sentinel down-after-milliseconds mymaster 300\n"
                                           "sentinel failover-timeout mymaster 3000\n",
        primary.port());
    return {.arguments = {"--sentinel"}, .configuration = configuration, .tcp = true};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

FailoverFixture::FailoverFixture() : second(replica_of(first)), sentinel(sentinel_of(first)) {
    wait_for_replication();
    eventually("the sentinel knows the replica", [&] {
        return contains(
            sentinel.command({"SENTINEL", "REPLICAS", "mymaster"}), std::to_string(second.port()));
    });
}

prep::redis::Settings FailoverFixture::settings() const {
    auto settings = first.tcp_settings();
    settings.sentinel.addresses = {{"127.0.0.1", sentinel.port()}};
    return settings;
}

std::string FailoverFixture::sentinel_address() const {
    return fmt::format("127.0.0.1:{}", sentinel.port());
}

void FailoverFixture::wait_for_replication() const {
    first.command({"SET", "freshet-test:replicated", "1"});
    const std::string offset = "return redis.call('INFO', 'replication'):match('master_repl_offset:(%d+)')";
    eventually("the replica is in step", [&] {
        return contains(second.command({"INFO", "replication"}), "master_link_status:up") &&
               first.command({"EVAL", offset, "0"}) == second.command({"EVAL", offset, "0"});
    });
}

void FailoverFixture::order_failover() const {
    sentinel.command({"SENTINEL", "FAILOVER", "mymaster"});
    wait_for_failover();
}

void FailoverFixture::wait_for_failover() const {
    eventually("the sentinel names the other server", [&] {
        const auto address = sentinel.command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"});
        return address == fmt::format("127.0.0.1\n{}", second.port());
    });
}

} // namespace freshet::tests
