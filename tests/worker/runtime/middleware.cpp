#include "worker/runtime/middleware.hpp"

#include "prep/store/lock_wakeups.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

struct Fixture {
    Fixture() { execution.set_call({.function = "test.probe_rq", .args = {}, .kwargs = {}}); }
    ~Fixture() { cpu.join(); }

    // Nothing here asks Redis.
    boost::asio::io_context context;
    Settings settings;
    prep::redis::Connection redis{context.get_executor(), {}, {}};
    jobs::WorkQueue queue{redis, {"default"}, std::chrono::seconds(1)};
    boost::asio::thread_pool cpu{1};
    prep::LockWakeups wakeups{context.get_executor(), {}};
    prep::Locks locks{redis, wakeups};
    prep::Controllers controllers{{.runs = redis, .locks = locks, .files = cpu}};
    TaskServices services{settings, redis, redis, queue, cpu, locks, controllers, redis};
    Execution execution{jobs::ClaimedJob{}, Execution::Clock::now()};
    TaskContext task_context{execution, services};
    std::string told;

    Middleware telling(const std::string& name) {
        return [this, name](TaskContext&, Next next) {
            return tell(name, std::move(next));
        };
    }
    awaitable<json::value> tell(std::string name, Next next) {
        told += name + "( ";
        auto value = co_await next();
        told += ")" + name + " ";
        co_return json::value(value.as_int64() + 1);
    }
    json::value run(const std::vector<Middleware>& chain, const TaskFunction& task) {
        json::value value;
        const auto call = [&]() -> awaitable<void> {
            value = co_await run_within(chain, task_context, task);
        };
        tests::run_coroutine(context, call());
        return value;
    }
};

awaitable<json::value> answer(TaskContext&) {
    co_return 40;
}

awaitable<json::value> break_down(TaskContext&) {
    throw Failure({Errc::refused, "broken"});
    co_return nullptr;
}

awaitable<json::value> refuse(TaskContext&, Next) {
    throw Failure({Errc::refused, "not today"});
    co_return nullptr;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(middleware, Fixture)

BOOST_AUTO_TEST_CASE(the_first_is_outermost_and_each_sees_the_result) {
    BOOST_TEST(run({}, answer) == 40);
    BOOST_TEST(run({telling("a"), telling("b")}, answer) == 42);
    BOOST_TEST(told == "a( b( )b )a ");
}

BOOST_AUTO_TEST_CASE(one_that_throws_keeps_the_task_from_running) {
    bool ran = false;
    const TaskFunction task = [&](TaskContext& given) {
        ran = true;
        return answer(given);
    };
    BOOST_CHECK_THROW(run({telling("a"), refuse}, task), Failure);
    BOOST_TEST(!ran);
    BOOST_TEST(told == "a( ");
}

BOOST_AUTO_TEST_CASE(what_tasks_did_is_counted) {
    TaskMetrics metrics;
    run({metrics.counting()}, answer);
    run({metrics.counting()}, answer);
    BOOST_CHECK_THROW(run({metrics.counting()}, break_down), Failure);
    BOOST_TEST_REQUIRE(metrics.counts().size() == 1U);
    BOOST_TEST(metrics.counts().at("probe").finished == 2);
    BOOST_TEST(metrics.counts().at("probe").failed == 1);
}

BOOST_AUTO_TEST_CASE(a_pace_is_kept_by_its_own_task_only) {
    using std::chrono::milliseconds;
    const auto start = Execution::Clock::now();
    const std::vector<Middleware> own{at_most_every("probe", milliseconds(30))};
    for (int i = 0; i < 3; ++i)
        run(own, answer);
    BOOST_TEST((Execution::Clock::now() - start >= milliseconds(60)));
    const std::vector<Middleware> other{at_most_every("other", std::chrono::hours(24))};
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(run(other, answer) == 40);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
