#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

using std::chrono::milliseconds;

struct Fixture : tests::QueueFixture {
    Fixture() {
        boost::asio::co_spawn(context, blocking.run(), [this](std::exception_ptr) { blocking_ended = true; });
    }
    ~Fixture() {
        blocking.stop();
        tests::run_until(context, [this] { return blocking_ended; });
    }

    Result<Ended> wait_for(const std::string& id, milliseconds limit = milliseconds(30'000)) {
        return result_of(producer.wait(id, blocking, limit));
    }
    /// Waits, and completes when the waiting has begun.
    Result<Ended> wait_while(const std::string& id, Completion completion) {
        std::optional<Result<Ended>> result;
        const auto waiting = [&]() -> boost::asio::awaitable<void> {
            result.emplace(co_await producer.wait(id, blocking, milliseconds(30'000)));
        };
        const auto completing = [&]() -> boost::asio::awaitable<void> {
            while (co_await blocked_clients() == 0) {
            }
            std::vector<Completion> one{completion};
            co_await queue.complete(std::move(one));
        };
        std::vector<boost::asio::awaitable<void>> both;
        both.push_back(waiting());
        both.push_back(completing());
        tests::run_coroutine(context, tests::all(std::move(both)));
        return std::move(*result);
    }
    boost::asio::awaitable<std::int64_t> blocked_clients() {
        prep::redis::Command info("INFO", "clients");
        const auto reply = co_await redis.call(std::move(info));
        const auto text = std::string(reply->text());
        co_return std::stoll(text.substr(text.find("blocked_clients:") + 16));
    }

    prep::redis::Connection blocking{
        context.get_executor(), server.settings(), {.database = 9, .name = "blocking"}};
    bool blocking_ended = false;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(wait, Fixture)

BOOST_AUTO_TEST_CASE(a_job_that_finishes_meanwhile_wakes_its_producer) {
    enqueue(job("a"));
    auto completion = finished(claim_one());
    completion.return_value = R"({"years":100})";
    const auto ended = wait_while("a", completion);
    BOOST_TEST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->job.status == "finished");
    BOOST_TEST(ended->value.at("years").as_int64() == 100);
}

BOOST_AUTO_TEST_CASE(a_job_that_fails_meanwhile_tells_why) {
    enqueue(job("a"));
    const auto ended = wait_while("a", failed(claim_one(), "it broke"));
    BOOST_TEST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->job.status == "failed");
    BOOST_TEST(ended->job.error_text == "it broke");
    BOOST_TEST(ended->value.is_null());
}

BOOST_AUTO_TEST_CASE(a_job_that_ended_before_is_not_waited_for) {
    enqueue(job("a"));
    auto completion = finished(claim_one());
    completion.return_value = serialize_value("text", Serializer::pickle);
    complete(completion);
    const auto ended = wait_for("a");
    BOOST_TEST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->value.as_string() == "text");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_tried_again_is_waited_for_until_its_last_attempt) {
    enqueue(job("a"));
    auto attempt = failed(claim_one());
    attempt.retry_in = std::chrono::seconds(0);
    complete(attempt);
    auto last = finished(claim_one());
    last.return_value = "7";
    const auto ended = wait_while("a", last);
    BOOST_TEST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->job.status == "finished");
    BOOST_TEST(ended->value.as_int64() == 7);
}

BOOST_AUTO_TEST_CASE(patience_has_an_end) {
    enqueue(job("a"));
    const auto ended = wait_for("a", milliseconds(20));
    BOOST_TEST((ended.error().code == Errc::timed_out));
    BOOST_TEST(ended.error().message == "job 'a' is still queued");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_not_there_is_not_waited_for) {
    BOOST_TEST((wait_for("nobody").error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_canceled_job_has_ended) {
    enqueue(job("a"));
    ask({"HSET", "rq:job:a", "status", "canceled"});
    BOOST_TEST(wait_for("a")->job.status == "canceled");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
