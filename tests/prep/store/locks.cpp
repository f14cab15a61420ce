#include "prep/store/locks.hpp"

#include "tests/prep/store/store_fixture.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace freshet::prep {
namespace {

using namespace std::chrono_literals;
using tests::awaitable;
using tests::StoreFixture;

constexpr LockOptions patient{.ttl = 30s, .wait = 30s};

std::string field(const StoreFixture& fixture, const char* name) {
    return fixture.server.command({"HGET", "r1", name});
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(locks, StoreFixture)

BOOST_AUTO_TEST_CASE(a_controllers_lock_has_the_payload_and_the_flag_that_the_python_side_reads) {
    play([&]() -> awaitable<void> {
        const auto lock = co_await one.locks.take(run, "climate.nodb", {.ttl = 30s, .wait = 0s});
        const auto value = server.command({"GET", lock_key});
        const auto payload = boost::json::parse(value).as_object();
        std::string names;
        for (const auto& [name, ignored] : payload)
            names += std::string(name) + " ";
        BOOST_TEST(names == "token owner acquired_at expires_at ttl ");
        BOOST_TEST(value.find(' ') == std::string::npos);
        BOOST_TEST(payload.at("token").as_string() == lock->token());
        BOOST_TEST(lock->token().size() == 32u);
        BOOST_TEST(payload.at("expires_at").as_int64() - payload.at("acquired_at").as_int64() == 30);
        BOOST_TEST(payload.at("ttl").as_int64() == 30);
        BOOST_TEST(field(*this, "locked:climate.nodb") == "true");

        BOOST_TEST((co_await one.locks.release(*lock)).has_value());
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
        BOOST_TEST(field(*this, "locked:climate.nodb") == "false");
    }());
}

BOOST_AUTO_TEST_CASE(a_busy_lock_is_a_conflict_that_names_the_owner) {
    play([&]() -> awaitable<void> {
        const auto held = co_await one.locks.take(run, "climate.nodb");
        const auto busy = co_await two.locks.take(run, "climate.nodb");
        BOOST_TEST((busy.error().code == Errc::conflict));
        const auto owner = parse_lock("", server.command({"GET", lock_key})).owner;
        BOOST_TEST(
            busy.error().message.find("climate.nodb is locked by " + owner) == 0u, busy.error().message);
        BOOST_TEST(held.has_value());
    }());
}

BOOST_AUTO_TEST_CASE(another_lock_is_not_released_by_a_token_that_lost_it) {
    play([&]() -> awaitable<void> {
        auto lost = co_await one.locks.take(run, "climate.nodb");
        co_await one.locks.force_unlock("r1", "climate.nodb");
        const auto taken = co_await two.locks.take(run, "climate.nodb");
        BOOST_TEST((co_await one.locks.release(*lost)).has_value());
        BOOST_TEST(((co_await one.locks.renew(*lost)).error().code == Errc::lease_lost));
        BOOST_TEST((lost->check_lease().error().code == Errc::lease_lost));
        BOOST_TEST(parse_lock("", server.command({"GET", lock_key})).token == taken->token());
        BOOST_TEST(taken->fence() > lost->fence());
    }());
}

BOOST_AUTO_TEST_CASE(a_lease_is_renewed_while_it_is_held_and_its_expiry_rewritten) {
    play([&]() -> awaitable<void> {
        auto lock = co_await one.locks.take(run, "climate.nodb", {.ttl = 1s, .wait = 0s});
        const auto first = parse_lock("", server.command({"GET", lock_key})).expires_at;
        const Locks::Body body = [&](const Lock& held) -> awaitable<Result<>> {
            co_await tests::until([&] {
                return parse_lock("", server.command({"GET", lock_key})).expires_at > *first + 1;
            });
            BOOST_TEST(held.check_lease().has_value());
            co_return Result<>{};
        };
        BOOST_TEST((co_await one.locks.hold(*lock, body)).has_value());
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(work_under_a_lock_that_is_lost_is_cancelled) {
    play([&]() -> awaitable<void> {
        auto lock = co_await one.locks.take(run, "climate.nodb", {.ttl = 1s, .wait = 0s});
        const Locks::Body body = [&](const Lock&) -> awaitable<Result<>> {
            server.command({"DEL", lock_key});
            Event never(context.get_executor());
            co_await never.wait();
            co_return Result<>{};
        };
        const auto held = co_await one.locks.hold(*lock, body);
        BOOST_TEST((held.error().code == Errc::lease_lost));
    }());
}

BOOST_AUTO_TEST_CASE(a_lock_is_freed_when_the_work_fails_throws_or_is_cancelled) {
    using namespace boost::asio::experimental::awaitable_operators;
    play([&]() -> awaitable<void> {
        const Locks::Body fails = [](const Lock&) -> awaitable<Result<>> {
            co_return Error{Errc::stale, "no"};
        };
        const Locks::Body throws = [](const Lock&) -> awaitable<Result<>> {
            throw Failure({Errc::internal, "thrown"});
            co_return Result<>{};
        };
        const Locks::Body waits = [&](const Lock&) -> awaitable<Result<>> {
            Event never(context.get_executor());
            co_await never.wait();
            co_return Result<>{};
        };
        auto lock = co_await one.locks.take(run, "climate.nodb");
        BOOST_TEST(((co_await one.locks.hold(*lock, fails)).error().code == Errc::stale));

        lock = co_await one.locks.take(run, "climate.nodb");
        BOOST_REQUIRE(lock.has_value());
        bool thrown = false;
        try {
            (void)co_await one.locks.hold(*lock, throws);
        } catch (const Failure&) {
            thrown = true;
        }
        BOOST_TEST(thrown);

        lock = co_await one.locks.take(run, "climate.nodb");
        BOOST_REQUIRE(lock.has_value());
        co_await (one.locks.hold(*lock, waits) || pause(1ms));
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_has_held_a_lock_can_still_be_cancelled) {
    using namespace boost::asio::experimental::awaitable_operators;
    play([&]() -> awaitable<void> {
        const Locks::Body nothing = [](const Lock&) -> awaitable<Result<>> {
            co_return Result<>{};
        };
        bool held = false;
        const auto hold_then_wait = [&]() -> awaitable<void> {
            auto lock = co_await one.locks.take(run, "climate.nodb");
            held = (co_await one.locks.hold(*lock, nothing)).has_value();
            Event never(context.get_executor());
            co_await never.wait();
        };
        co_await (hold_then_wait() || tests::until([&] { return held; }));
        BOOST_TEST(held);
    }());
}

BOOST_AUTO_TEST_CASE(waiters_get_the_lock_in_order_of_coming) {
    std::vector<int> order;
    const auto wait_in_line = [&](int number) -> awaitable<void> {
        auto& store = number % 2 ? one : two;
        const auto lock = co_await store.locks.take(run, "climate.nodb", patient);
        BOOST_REQUIRE(lock.has_value());
        order.push_back(number);
        (void)co_await store.locks.release(*lock);
    };
    play([&]() -> awaitable<void> {
        const auto held = co_await one.locks.take(run, "climate.nodb");
        std::vector<awaitable<void>> parts;
        for (int i = 0; i < 10; ++i)
            parts.push_back([](auto& line, auto& fixture, int number) -> awaitable<void> {
                const auto queue = std::string("freshet:lock-queue:") + StoreFixture::lock_key;
                co_await tests::until([&] {
                    return fixture.server.command({"LLEN", queue}) == std::to_string(number);
                });
                co_await line(number);
            }(wait_in_line, *this, i));
        parts.push_back([](auto& fixture, const Lock& lock) -> awaitable<void> {
            const auto queue = std::string("freshet:lock-queue:") + StoreFixture::lock_key;
            co_await tests::until([&] { return fixture.server.command({"LLEN", queue}) == "10"; });
            (void)co_await fixture.one.locks.release(lock);
        }(*this, *held));
        co_await tests::all(std::move(parts));
    }());
    BOOST_TEST(order == (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_lock_that_python_frees_wakes_the_waiter) {
    play([&]() -> awaitable<void> {
        server.command({"SET", lock_key, "0123456789abcdef0123456789abcdef", "EX", "21600"});
        server.command({"HSET", "r1", "locked:climate.nodb", "true"});
        const auto free_as_python_does = [&]() -> awaitable<void> {
            co_await tests::until([&] {
                return server.command({"PUBSUB", "NUMSUB", "__keyspace@0__:r1"}) == "__keyspace@0__:r1\n1";
            });
            server.command({"DEL", lock_key});
            server.command({"HSET", "r1", "locked:climate.nodb", "false"});
        };
        std::vector<awaitable<void>> parts;
        parts.push_back(free_as_python_does());
        parts.push_back([](StoreFixture& fixture) -> awaitable<void> {
            const auto taken = co_await fixture.one.locks.take(fixture.run, "climate.nodb", patient);
            BOOST_TEST(taken.has_value());
        }(*this));
        co_await tests::all(std::move(parts));
    }());
}

BOOST_AUTO_TEST_CASE(a_holder_that_died_is_waited_for_no_longer_than_its_lease) {
    play([&]() -> awaitable<void> {
        (void)co_await one.locks.take(run, "climate.nodb", {.ttl = 1s, .wait = 0s});
        BOOST_TEST((co_await two.locks.take(run, "climate.nodb", patient)).has_value());
    }());
}

BOOST_AUTO_TEST_CASE(a_waiter_that_died_holds_up_nobody_for_long) {
    play([&]() -> awaitable<void> {
        server.command({"RPUSH", std::string("freshet:lock-queue:") + lock_key, "ticket-of-a-dead-process"});
        BOOST_TEST((co_await two.locks.take(run, "climate.nodb", patient)).has_value());
    }());
}

BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_bound_and_leaves_no_place_in_the_queue) {
    play([&]() -> awaitable<void> {
        const auto held = co_await one.locks.take(run, "climate.nodb");
        const auto late = co_await two.locks.take(run, "climate.nodb", {.ttl = 30s, .wait = 50ms});
        BOOST_TEST((late.error().code == Errc::conflict));
        BOOST_TEST(server.command({"EXISTS", std::string("freshet:lock-queue:") + lock_key}) == "0");
        BOOST_TEST(held.has_value());
    }());
}

BOOST_AUTO_TEST_CASE(a_waiter_that_is_cancelled_leaves_the_queue_at_once) {
    using namespace boost::asio::experimental::awaitable_operators;
    play([&]() -> awaitable<void> {
        const std::string queue = std::string("freshet:lock-queue:") + lock_key;
        auto held = co_await one.locks.take(run, "climate.nodb");
        const auto wait = [&]() -> awaitable<void> {
            (void)co_await two.locks.take(run, "climate.nodb", patient);
        };
        co_await (wait() || tests::until([&] { return server.command({"LLEN", queue}) == "1"; }));
        BOOST_TEST(server.command({"EXISTS", queue}) == "0");
        (void)co_await one.locks.release(*held);
        BOOST_TEST((co_await one.locks.take(run, "climate.nodb")).has_value());
    }());
}

BOOST_AUTO_TEST_CASE(directories_are_taken_all_or_none_in_one_order) {
    play([&]() -> awaitable<void> {
        const DirectoryPurpose purpose{"build-soils-rq", "job-1", "exec-1"};
        std::vector<std::string> soils{"soils"}, both{"watershed", "soils", "climate"};
        const auto held = co_await one.locks.take_directories(run, soils, purpose);
        const auto refused = co_await two.locks.take_directories(run, both, purpose);
        BOOST_TEST((refused.error().code == Errc::conflict));
        BOOST_TEST(
            refused.error().message.find("runtime-paths/soils is locked by") == 0u, refused.error().message);
        BOOST_TEST(server.command({"EXISTS", "nodb-lock:r1:runtime-paths/climate"}) == "0");
        (void)co_await one.locks.release(*held);

        const auto taken = co_await two.locks.take_directories(run, both, purpose);
        std::string names;
        for (const auto& part : taken->parts())
            names += part.name + " ";
        BOOST_TEST(names == "runtime-paths/climate runtime-paths/soils runtime-paths/watershed ");
        const auto payload =
            boost::json::parse(server.command({"GET", "nodb-lock:r1:runtime-paths/soils"})).as_object();
        std::string fields;
        for (const auto& [name, ignored] : payload)
            fields += std::string(name) + " ";
        BOOST_TEST(fields ==
                   "acquired_at expires_at owner purpose root rq_execution_id rq_job_id runid scope "
                   "scope_token token ttl_seconds ");

        BOOST_TEST((co_await one.locks.release_of_execution("r1", "exec-1")).value() == 3);
        std::vector<std::string> wrong{"omni"};
        const auto unknown = co_await two.locks.take_directories(run, wrong, purpose);
        BOOST_TEST((unknown.error().code == Errc::bad_input));
    }());
}

BOOST_AUTO_TEST_CASE(the_locks_of_a_lost_execution_are_freed_and_no_others) {
    play([&]() -> awaitable<void> {
        std::vector<std::string> soils{"soils"}, climate{"climate"};
        const DirectoryPurpose lost{"build-soils-rq", "j", "lost"}, alive{"build-climate-rq", "k", "alive"};
        const auto folder_lock = co_await one.locks.take_directories(run, soils, lost);
        LockOptions with_folder;
        with_folder.within = &*folder_lock;
        (void)co_await one.locks.take(run, "soils.nodb", with_folder);
        (void)co_await one.locks.take_directories(run, climate, alive);
        (void)co_await one.locks.take(run, "climate.nodb");

        BOOST_TEST((co_await two.locks.release_of_execution("r1", "lost")).value() == 2);
        BOOST_TEST(field(*this, "locked:soils.nodb") == "false");
        std::string left;
        for (const auto& holder : (co_await two.locks.list("r1")).value())
            left += holder.name + " ";
        BOOST_TEST(left == "climate.nodb runtime-paths/climate ");
    }());
}

BOOST_AUTO_TEST_CASE(a_readonly_run_gives_no_lock) {
    play([&]() -> awaitable<void> {
        folder.write("READONLY", "");
        const auto refused = co_await one.locks.take(run, "climate.nodb");
        BOOST_TEST((refused.error().code == Errc::refused));
        BOOST_TEST(server.command({"EXISTS", lock_key}) == "0");
    }());
}

BOOST_AUTO_TEST_CASE(the_list_shows_our_locks_and_legacy_ones) {
    play([&]() -> awaitable<void> {
        server.command({"SET", "nodb-lock:r1:soils.nodb", "0123456789abcdef0123456789abcdef"});
        server.command({"SET", "nodb-lock:r10:soils.nodb", "of another run"});
        const auto held = co_await one.locks.take(run, "climate.nodb");
        const auto all = co_await two.locks.list("r1");
        BOOST_REQUIRE(all->size() == 2u);
        BOOST_TEST((*all)[0].name == "climate.nodb");
        BOOST_TEST((*all)[0].token == held->token());
        BOOST_TEST((*all)[1].name == "soils.nodb");
        BOOST_TEST((*all)[1].owner == "");
        const auto freed = co_await two.locks.force_unlock("r1", "soils.nodb");
        BOOST_TEST(freed->value().token == "0123456789abcdef0123456789abcdef");
        BOOST_TEST((co_await two.locks.list("r1"))->size() == 1u);
    }());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
