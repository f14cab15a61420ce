#include "jobs/client/blocking_producer.hpp"

#include "tests/support/queue_fixture.hpp"

#include <fmt/format.h>

#include <future>
#include <thread>

namespace freshet::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Fixture : tests::QueueFixture {
    BlockingProducer blocking{server.settings()};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(blocking_producer, Fixture)

BOOST_AUTO_TEST_CASE(a_job_is_enqueued_followed_and_its_result_awaited) {
    const auto receipt = blocking.enqueue({.call = make_call("freshet.probe_rq", 1), .id = "a"});
    BOOST_TEST((receipt.value().what == Receipt::What::queued));
    BOOST_TEST(blocking.job("a").value().status == "queued");

    auto ended = std::async([&] { return blocking.wait("a", seconds(30)); });
    auto completion = finished(claim_one());
    completion.return_value = "[1,2]";
    complete(completion);
    const auto result = ended.get();
    BOOST_TEST(result.value().job.status == "finished");
    BOOST_TEST((result->value == boost::json::array{1, 2}));
}

BOOST_AUTO_TEST_CASE(many_threads_share_it) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([this, thread] {
            for (int i = 0; i < 50; ++i)
                blocking.enqueue(job(fmt::format("job-{}-{}", thread, i))).value();
        });
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(ask({"LLEN", "rq:queue:default"}) == "400");
}

BOOST_AUTO_TEST_CASE(many_threads_wait_each_for_its_own_job) {
    for (const char* id : {"a", "b", "c"})
        enqueue(job(id));
    std::vector<std::future<Result<Ended>>> waiting;
    for (const std::string id : {"a", "b", "c"})
        waiting.push_back(std::async(std::launch::async, [&, id] { return blocking.wait(id, seconds(30)); }));
    for (const auto& claimed : claim(3))
        complete(finished(claimed.lease));
    std::string ids;
    for (auto& one : waiting)
        ids += one.get().value().job.id;
    BOOST_TEST(ids == "abc");
}

BOOST_AUTO_TEST_CASE(a_bulk_is_answered_in_order) {
    const auto receipts = blocking.enqueue_all({job("a"), child("b", {"a"}), job("a")});
    BOOST_TEST_REQUIRE(receipts.value().size() == 3U);
    BOOST_TEST(((*receipts)[0].what == Receipt::What::queued));
    BOOST_TEST(((*receipts)[1].what == Receipt::What::deferred));
    BOOST_TEST(((*receipts)[2].what == Receipt::What::id_taken));
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_is_told_as_the_producer_tells_it) {
    BOOST_TEST((blocking.enqueue({}).error().code == Errc::bad_input));
    BOOST_TEST((blocking.job("nobody").error().code == Errc::not_found));
    BOOST_TEST((blocking.wait("nobody", seconds(30)).error().code == Errc::not_found));
    enqueue(job("a"));
    BOOST_TEST((blocking.wait("a", milliseconds(20)).error().code == Errc::timed_out));
}

BOOST_AUTO_TEST_CASE(an_absent_redis_is_told_when_patience_has_run_out) {
    auto settings = server.settings();
    settings.unix_socket += "-nobody";
    settings.command_timeout = milliseconds(50);
    BlockingProducer lonely(settings);
    BOOST_TEST((lonely.enqueue(job("a")).error().code == Errc::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
