#include "prep/store/redis_prep.hpp"
#include "tests/prep/store/store_fixture.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <sstream>

namespace freshet::tests {
namespace {

using Words = std::vector<std::string>;

/// Makes the users of prep/redis/users.acl, each with the password "secret".
void add_users(const RedisServer& server) {
    std::ifstream file(std::filesystem::path(FRESHET_SOURCE_DIR) / "prep/redis/users.acl");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word, selector;
        words >> word;
        Words set_user{"ACL", "SETUSER"};
        while (words >> word) {
            selector += (selector.empty() ? "" : " ") + word; // "(~* +get)" is one word of the command
            if (selector.front() == '(' && selector.back() != ')') continue;
            set_user.push_back(std::exchange(selector, {}));
        }
        set_user.push_back(">secret");
        const auto answer = server.command(set_user);
        BOOST_REQUIRE_MESSAGE(answer == "OK", answer);
    }
}

/// What the server has refused since the last call, one line each.
std::string refusals(const RedisServer& server) {
    auto log = server.command({"ACL", "LOG"});
    server.command({"ACL", "LOG", "RESET"});
    return log;
}

struct Fixture : WorkerFixture {
    Fixture() { add_users(server); }

    static Words as(std::string user, Words words) {
        words.insert(words.end(), {"--redis-user", std::move(user), "--redis-password", "secret"});
        return words;
    }
    std::string enqueued(Words words) {
        words.insert(words.begin(), "enqueue");
        const auto printed = freshet(as("freshet-producer", std::move(words)));
        BOOST_REQUIRE_MESSAGE(printed.code == 0, printed.text);
        return printed.text.substr(0, printed.text.find('\n'));
    }
    void check_cli(const Words& words, int code = 0) {
        const auto printed = freshet(as("freshet-cli", words));
        BOOST_TEST(printed.code == code, fmt::format("{}: {}", words.front(), printed.text));
    }
    void check_nothing_was_refused() const {
        const auto log = refusals(server);
        BOOST_TEST(log == "", log);
    }
    /// The reply to a command as that user, over a connection of its own.
    std::string reply_to(const std::string& user, const Words& words) {
        auto settings = server.settings();
        settings.user = user;
        settings.password = "secret";
        boost::asio::io_context context;
        prep::redis::Connection redis(context.get_executor(), settings, {.database = 9});
        std::string answer;
        const auto body = [&]() -> awaitable<void> {
            Command command(words);
            const auto reply = co_await redis.call(std::move(command));
            answer = reply ? "executed" : reply.error().message;
        };
        run_with(context, body(), redis);
        return answer;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(acl, Fixture)

BOOST_AUTO_TEST_CASE(a_producer_and_a_worker_can_do_all_that_a_jobs_life_needs) {
    make_run("r1");
    const auto worker = start_worker(
        as("freshet-worker", {"--concurrency", "2", "--cligen", FRESHET_BIN_DIR "/freshet-climate"}));
    enqueued({"noop", "--wait"});
    enqueued({"build_climate", "r1", "--wait"});
    const auto failing = enqueued({"fail", "because"});
    wait_for_status(failing, "failed");
    const auto retried = enqueued({"noop"});
    wait_for_status(retried, "finished");
    const auto stopped = enqueued({"sleep", "1000"});
    wait_for_status(stopped, "started");
    eventually("its lease is renewed", [&] {
        return queue_db({"EXISTS", "rq:executions:" + stopped}) == "1";
    });
    check_cli({"stop", stopped});
    wait_for_status(stopped, "stopped");
    const auto slot = queue_db({"SRANDMEMBER", "rq:workers"}).substr(std::string("rq:worker:").size());
    check_cli({"drain", slot});
    BOOST_TEST(worker->wait() == 0, worker->output());
    check_nothing_was_refused();
}

BOOST_AUTO_TEST_CASE(a_producer_that_may_not_take_up_offers_enqueues_all_the_same) {
    const auto worker = start_worker(as("freshet-worker", {"--lease", "300"}));
    for (const std::string command : {"srandmember", "get", "pubsub", "hmget", "set", "srem"}) {
        eventually("a slot is offered", [&] { return is_offered(); });
        server.command({"ACL", "SETUSER", "freshet-producer", "-" + command});
        wait_for_status(enqueued({"noop"}), "finished");
        server.command({"ACL", "SETUSER", "freshet-producer", "+" + command});
    }
}

BOOST_AUTO_TEST_CASE(a_worker_that_may_not_listen_for_handed_jobs_offers_nothing) {
    server.command({"ACL", "SETUSER", "freshet-worker", "-blpop"});
    const auto worker = start_worker(as("freshet-worker", {"--lease", "300"}));
    for (int i = 0; i < 3; ++i)
        wait_for_status(enqueued({"noop"}), "finished");
    BOOST_TEST(queue_db({"EXISTS", "freshet:offers:default"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_worker_can_take_over_what_a_dead_one_held) {
    auto doomed = start_worker(as("freshet-worker", {}));
    const auto job = enqueued({"sleep", "0.5"});
    wait_for_status(job, "started");
    doomed->signal(SIGKILL);
    doomed->wait();
    const auto heir = start_worker(as("freshet-worker", {}));
    wait_for_status(job, "finished");
    check_nothing_was_refused();
}

BOOST_AUTO_TEST_CASE(an_operator_can_use_the_command_line) {
    make_run("r1");
    const auto first = enqueued({"noop"}), second = enqueued({"noop"}), third = enqueued({"fail"});
    check_cli({"info"});
    check_cli({"jobs"});
    check_cli({"status", first});
    check_cli({"job", first});
    check_cli({"pause", "default"});
    check_cli({"resume", "default"});
    check_cli({"doctor"});
    check_cli({"cancel", first});
    check_cli({"delete", second});
    {
        const auto worker = start_worker(as("freshet-worker", {}));
        wait_for_status(third, "failed");
    }
    check_cli({"requeue", third});
    check_cli({"requeue", "all"});
    check_cli({"enqueue", "build_climate", "r1"});
    check_cli({"purge", "default", "queued", "--yes"});
    check_cli({"prep", "r1"});
    check_cli({"cache", "get", "r1", "climate", "--runs-root", runs_root.string()});
    check_cli({"cache", "refresh", "r1", "--runs-root", runs_root.string()});
    check_cli({"cache", "clear", "r1", "--runs-root", runs_root.string()});
    check_nothing_was_refused();
}

BOOST_AUTO_TEST_CASE(what_a_user_has_no_need_of_it_cannot_do) {
    for (const std::string user : {"freshet-producer", "freshet-worker", "freshet-store", "freshet-cli"})
        for (const Words& words : {Words{"FLUSHALL"}, {"FLUSHDB"}, {"KEYS", "*"}, {"CONFIG", "GET", "*"},
                 {"ACL", "LIST"}, {"SHUTDOWN"}, {"REPLICAOF", "NO", "ONE"}, {"MONITOR"}, {"SWAPDB", "0", "1"},
                 {"SCRIPT", "FLUSH"}, {"CLIENT", "KILL", "TYPE", "normal"}})
            BOOST_TEST(reply_to(user, words).find("NOPERM") != std::string::npos,
                fmt::format("{}: {}", user, fmt::join(words, " ")));
    const std::pair<std::string, Words> others[] = {
        {"freshet-producer", {"LPOP", "rq:queue:default"}},
        {"freshet-producer", {"DEL", "rq:job:a"}},
        {"freshet-producer", {"SADD", "elsewhere", "a"}},
        {"freshet-producer", {"PUBLISH", "rq:pubsub:w", "stop"}},
        {"freshet-store", {"LPUSH", "rq:queue:default", "a"}},
        {"freshet-store", {"ZADD", "rq:wip:default", "1", "a"}},
        {"freshet-worker", {"SCAN", "0"}},
        {"freshet-cli", {"BLMOVE", "a", "b", "LEFT", "LEFT", "1"}},
    };
    for (const auto& [user, words] : others)
        BOOST_TEST(reply_to(user, words).find("NOPERM") != std::string::npos,
            fmt::format("{}: {}", user, fmt::join(words, " ")));
}

BOOST_AUTO_TEST_CASE(the_run_store_works_for_its_user) {
    StoreFixture store;
    add_users(store.server);
    auto settings = store.server.settings();
    settings.user = "freshet-store";
    settings.password = "secret";
    Store mine(store.context, settings);
    const auto body = [&]() -> awaitable<void> {
        co_await until([&] { return mine.client_cache.active(); });
        (void)(co_await mine.near_controllers.load(store.run, "climate")).value();
        auto set = set_years(40);
        (void)(co_await mine.controllers.locked(store.run, "climate", {}, std::move(set))).value();
        const auto loaded = (co_await mine.controllers.load(store.run, "climate")).value();
        BOOST_TEST(years_of(*loaded) == 40);
        auto prep = prep::RedisPrep::open(mine.runs, store.run.dir).value();
        auto stale =
            prep::stale_after(*rules::default_cache_rules(), "build_climate", "r1", store.run.dir.string());
        (void)(co_await prep.record("build_climate", std::move(stale))).value();
    };
    run_with(store.context, body(), mine.runs, mine.wakeups, mine.client_cache);
    const auto log = refusals(store.server);
    BOOST_TEST(log == "", log);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::tests
