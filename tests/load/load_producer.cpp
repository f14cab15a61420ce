// The producer's side of the benchmark:
//   load_producer SOCKET enqueue COUNT kept|dropped|run   enqueues that many jobs in bulk, prints the seconds
//   load_producer SOCKET wait COUNT                       one job at a time on an idle worker: prints for
//   each how long
//                                                         it waited for its start, in microseconds

#include "jobs/client/producer.hpp"
#include "prep/logging.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace freshet::jobs {
namespace {

using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;
using Clock = std::chrono::steady_clock;

constexpr std::size_t jobs_a_call = 5'000;
constexpr std::size_t runs = 100;
constexpr std::chrono::milliseconds time_to_become_idle{2};

NewJob new_job(const std::string& kind, std::size_t number) {
    if (kind == "run") return job_for_run("build_climate", fmt::format("run-{}", number % runs)).value();
    NewJob job;
    job.call.function = "freshet.noop";
    if (kind == "dropped") job.result_ttl = std::chrono::seconds(0);
    return job;
}

awaitable<void> enqueue(Connection& redis, std::size_t count, std::string kind) {
    Producer producer(redis);
    (void)(co_await redis.ready(std::chrono::seconds(10))).value();
    const auto begin = Clock::now();
    for (std::size_t done = 0; done < count;) {
        std::vector<NewJob> jobs;
        for (; jobs.size() < jobs_a_call && done < count; ++done)
            jobs.push_back(new_job(kind, done));
        (void)(co_await producer.enqueue_all(std::move(jobs))).value();
    }
    fmt::print("{:.6f}\n", std::chrono::duration<double>(Clock::now() - begin).count());
}

awaitable<void> wait(Connection& redis, std::size_t count) {
    Producer producer(redis);
    boost::asio::steady_timer pause(redis.executor());
    for (std::size_t i = 0; i < count; ++i) {
        NewJob job;
        job.call.function = "freshet.stamp";
        const auto enqueued = now().time_since_epoch().count();
        (void)(co_await producer.enqueue(std::move(job))).value();
        Command take("BLPOP", "load:started", 10);
        const auto started =
            (co_await redis.call(std::move(take), {.timeout = std::chrono::seconds(20)})).value();
        fmt::print("{}\n", started[1].integer() - enqueued);
        pause.expires_after(time_to_become_idle);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}

awaitable<void> work(Connection& redis, std::vector<std::string> words) {
    const std::size_t count = std::stoul(words.at(2));
    if (words[1] == "wait") co_return co_await wait(redis, count);
    co_await enqueue(redis, count, words.at(3));
}

int run(const std::vector<std::string>& words) {
    log_to_stderr(Severity::warning);
    prep::redis::Settings settings;
    settings.unix_socket = words.at(0);
    settings.command_timeout = std::chrono::minutes(1);
    boost::asio::io_context context(1);
    Connection redis(
        context.get_executor(), settings, {.database = settings.databases.queue, .name = "load"});
    std::exception_ptr failure;
    boost::asio::co_spawn(context, redis.run(), boost::asio::detached);
    boost::asio::co_spawn(context, work(redis, words), [&](std::exception_ptr thrown) {
        failure = thrown;
        redis.stop();
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return EXIT_SUCCESS;
}

} // namespace
} // namespace freshet::jobs

int main(int count, char** words) try {
    return freshet::jobs::run(std::vector<std::string>(words + 1, words + count));
} catch (const std::exception& failure) {
    fmt::print(stderr, "load_producer: {}\n", failure.what());
    return EXIT_FAILURE;
}
