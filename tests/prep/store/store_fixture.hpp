#pragma once

#include "prep/store/controllers.hpp"
#include "tests/prep/store/run_folder.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/asio/io_context.hpp>

namespace freshet::tests {

using boost::asio::awaitable;
using prep::redis::Command;

inline RedisServerOptions store_server() {
    RedisServerOptions options;
    options.arguments = {"--notify-keyspace-events", "Kh"};
    return options;
}

/// One process' view of the run store on a server: connections, locks, controllers.
struct Store {
    explicit Store(boost::asio::io_context& context, prep::redis::Settings settings)
        : runs(context.get_executor(), settings, {settings.databases.runs, "test"}),
          wakeups(context.get_executor(), settings),
          client_cache(context.get_executor(), settings, *rules::default_cache_rules()) {}
    ~Store() { files.join(); }

    prep::redis::Connection runs;
    prep::LockWakeups wakeups;
    prep::ClientCache client_cache;
    boost::asio::thread_pool files{1};
    prep::Locks locks{runs, wakeups};
    prep::ControllerCache cache{runs};
    prep::Controllers controllers{{.runs = runs, .locks = locks, .files = files}};
    prep::Controllers near_controllers{
        {.runs = runs, .locks = locks, .files = files, .client_cache = &client_cache}};
};

/// A server, a run with a climate controller, and two processes that work on it.
struct StoreFixture {
    RedisServer server{store_server()};
    RunFolder folder;
    std::filesystem::path climate = folder.write("climate.nodb", R"({"years": 30, "station": "a.par"})");
    prep::Run run = prep::Run::at(folder.path()).value();
    boost::asio::io_context context;
    Store one{context, server.settings()};
    Store two{context, server.settings()};

    static constexpr const char* climate_key = "nodb_cache:r1:climate";
    static constexpr const char* lock_key = "nodb-lock:r1:climate.nodb";

    void play(awaitable<void> body) {
        run_with(context, std::move(body), one.runs, one.wakeups, one.client_cache, two.runs, two.wakeups,
            two.client_cache);
    }
    std::string cached(const std::string& key = climate_key) const { return in_database("13", {"GET", key}); }
    std::string in_database(const std::string& database, std::vector<std::string> words) const {
        std::string script =
            "redis.call('SELECT', ARGV[1]); local a = {} for i = 2, #ARGV do a[i-1] = ARGV[i] end "
            "return redis.call(unpack(a))";
        std::vector<std::string> command{"EVAL", script, "0", database};
        command.insert(command.end(), words.begin(), words.end());
        return server.command(command);
    }
};

inline std::int64_t years_of(const prep::Controller& controller) {
    return controller.integer("/years", 0, 1'000'000).value().value();
}

/// A body for Controllers::locked() that sets the years and dumps.
inline prep::Controllers::Body set_years(int years) {
    return [years](prep::LockedController& climate) -> awaitable<Result<>> {
        climate.document().set("/years", years).value();
        co_return co_await climate.dump_and_unlock();
    };
}

} // namespace freshet::tests
