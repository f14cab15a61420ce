// Enqueues a job and waits for its result on an io_context that may do other things meanwhile.
//     REDIS_URL=redis://localhost:6379 coroutine_producer
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <jobs/client/producer.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace asio = boost::asio;
namespace jobs = freshet::jobs;
using freshet::prep::redis::Connection;

asio::awaitable<void> enqueue_and_wait(Connection& redis) {
    jobs::Producer producer(redis);
    jobs::NewJob job{.call = jobs::make_call("freshet.sleep", 0.1), .description = "a short sleep"};
    const auto receipt = co_await producer.enqueue(std::move(job));
    const auto ended = co_await producer.wait(receipt.value().job_id, std::chrono::minutes(1));
    std::cout << ended.value().job.status << ' ' << ended->value << '\n';
}

int main() try {
    freshet::prep::redis::Settings settings;
    if (const char* url = std::getenv("REDIS_URL")) apply_url(url, settings).value();

    asio::io_context context(1);
    Connection redis(context.get_executor(), settings, {.database = settings.databases.queue});
    std::exception_ptr failure;
    asio::co_spawn(context, redis.run(), asio::detached);
    asio::co_spawn(context, enqueue_and_wait(redis), [&](std::exception_ptr thrown) {
        failure = thrown;
        redis.stop();
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return EXIT_SUCCESS;
} catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
