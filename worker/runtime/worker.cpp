#include "worker/runtime/worker.hpp"

#include "jobs/queue/ids.hpp"
#include "jobs/queue/keys.hpp"
#include "prep/async/group.hpp"
#include "prep/store/client_cache.hpp"
#include "prep/store/controllers.hpp"
#include "prep/store/lock_wakeups.hpp"
#include "worker/runtime/commands.hpp"
#include "worker/runtime/completion.hpp"
#include "worker/runtime/executor.hpp"
#include "worker/runtime/heartbeat.hpp"
#include "worker/runtime/janitor.hpp"
#include "worker/runtime/memory_watch.hpp"
#include "worker/runtime/middleware.hpp"
#include "worker/runtime/periodic.hpp"
#include "worker/runtime/puller.hpp"
#include "worker/runtime/registration.hpp"
#include "worker/runtime/scheduler.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace freshet::worker {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

const Logger logger("worker");

// How long results may wait for an absent Redis once everything else has ended.
constexpr std::chrono::milliseconds patience_at_the_end{10'000};

// One RQ worker a slot: `<host>.<pid>.<slot>`.
std::vector<std::string> slot_names(const Settings& settings) {
    std::vector<std::string> names;
    for (unsigned slot = 1; slot <= settings.concurrency + settings.io_concurrency; ++slot)
        names.push_back(fmt::format("{}.{}.{}", asio::ip::host_name(), ::getpid(), slot));
    return names;
}

std::vector<PeriodicJob> periodic_jobs(const std::filesystem::path& file) {
    if (file.empty()) return {};
    return read_periodic_jobs(file).value();
}

} // namespace

class Worker::Impl {
public:
    Impl(asio::any_io_executor executor, Settings given, TaskTable table)
        : settings(std::move(given)),
          tasks(std::move(table)),
          rules(settings.rules_file),
          queue_db(executor, settings.redis, {settings.redis.databases.queue, "freshet-worker"}),
          runs_db(executor, settings.redis, {settings.redis.databases.runs, "freshet-runs"}),
          levels_db(executor, settings.redis, {settings.redis.databases.log_levels, "freshet-levels"}),
          queue(queue_db, settings.queues, settings.lease),
          cpu(std::max(1U, std::thread::hardware_concurrency())),
          wakeups(executor, settings.redis),
          locks(runs_db, wakeups),
          client_cache(executor, settings.redis, *rules_now()),
          controllers({.runs = runs_db,
              .locks = locks,
              .files = cpu,
              .rules = [this] { return rules_now(); },
              .client_cache = &client_cache}),
          services{settings, runs_db, queue_db, queue, cpu, locks, controllers, levels_db},
          completer(executor, queue),
          runner(executor, slot_names(settings), tasks, services, rules, completer),
          heartbeat(queue, runner),
          janitor(queue_db, queue, locks, settings.most_reaped),
          puller(queue_db, queue, runner,
              {.when_empty = settings.burst ? Puller::WhenEmpty::finish : Puller::WhenEmpty::wait,
                  .weights = settings.weights,
                  .most_jobs = settings.most_jobs,
                  .process = name}),
          registration(queue_db, runner, settings.queues, [this] { drain(); }),
          scheduler(queue_db, settings.queues),
          periodic(queue_db, periodic_jobs(settings.periodic_file)),
          memory(runner, settings.most_memory_bytes, [this] { outgrow(); }),
          commands(executor, settings.redis, runner, settings.queues, jobs::keys::handed(name),
              {.shutdown = [this] { drain(); },
                  .look_again =
                      [this] {
                          puller.look_again();
                      }}),
          connections(executor),
          roles(executor),
          listening(executor),
          completing(executor) {}

    awaitable<Ending> run() {
        add_middleware();
        connections.spawn("queue connection", queue_db.run());
        connections.spawn("runs connection", runs_db.run());
        connections.spawn("log levels connection", levels_db.run());
        connections.spawn("lock wake-ups", wakeups.run());
        connections.spawn("client cache", client_cache.run());
        roles.spawn("heartbeat", heartbeat.run());
        roles.spawn("lines", runner.watch_lines());
        roles.spawn("janitor", janitor.run());
        roles.spawn("registration", registration.run());
        roles.spawn("scheduler", scheduler.run());
        roles.spawn("periodic", periodic.run());
        roles.spawn("memory", memory.run());
        listening.spawn("commands", commands.run());
        completing.spawn("completer", completer.run());
        logger.info(fmt::format("pulling from {} at {}, {} slots", fmt::join(settings.queues, ", "),
            settings.redis.where(), runner.slots().size()));

        co_await puller.run();
        co_await let_jobs_end();
        co_await complete_what_is_left();
        roles.cancel();
        commands.stop();
        co_await roles.join();
        co_await listening.join();
        co_await scheduler.leave();
        co_await registration.leave();
        queue_db.stop();
        runs_db.stop();
        levels_db.stop();
        wakeups.stop();
        client_cache.stop();
        co_await connections.join();
        cpu.join();
        for (const auto& [task, counts] : metrics.counts())
            logger.info(fmt::format("{}: {} finished, {} failed, {} ms at work", task, counts.finished,
                counts.failed, counts.worked.count()));
        logger.info("ended");
        co_return outgrown ? Ending::outgrown : Ending::done;
    }

    void add_middleware() {
        tasks.wrap(tracing());
        tasks.wrap(metrics.counting());
        for (const auto& [task, interval] : settings.pace)
            tasks.wrap(at_most_every(task, interval));
    }

    void drain() {
        if (!puller.stopping()) logger.info("draining: no new jobs");
        outgrown = false;
        puller.stop();
    }

    void outgrow() {
        outgrown = !puller.stopping();
        puller.stop();
    }

    // Leases go on being renewed meanwhile.
    awaitable<void> let_jobs_end() {
        const auto deadline = std::chrono::steady_clock::now() + settings.drain_limit;
        while (!runner.running().empty() && !must_stop_now && std::chrono::steady_clock::now() < deadline)
            co_await runner.slot_freed().wait_for(time_until(deadline));
        if (!runner.running().empty())
            logger.warning(
                fmt::format("stopping {} running jobs and returning them", runner.running().size()));
        runner.stop_all(StopReason::shutdown);
    }

    awaitable<void> complete_what_is_left() {
        const auto deadline = std::chrono::steady_clock::now() + patience_at_the_end;
        prep::CoroutineGroup patience(queue_db.executor());
        patience.spawn("patience", abandon_at(deadline));
        co_await runner.join();
        completer.stop();
        co_await completing.join();
        patience.cancel();
        co_await patience.join();
    }

    awaitable<void> abandon_at(std::chrono::steady_clock::time_point deadline) {
        co_await prep::pause(time_until(deadline));
        completer.abandon();
    }

    std::shared_ptr<const rules::CacheRules> rules_now() {
        auto refreshed = rules.current(std::chrono::steady_clock::now());
        if (refreshed.warning) logger.warning(*refreshed.warning);
        return std::move(refreshed.rules);
    }

    static std::chrono::milliseconds time_until(std::chrono::steady_clock::time_point deadline) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        return std::max(std::chrono::milliseconds(0), left);
    }

    const std::string name = jobs::new_execution_id(); ///< among the processes that offer slots
    Settings settings;
    TaskTable tasks;
    TaskMetrics metrics;
    rules::RulesFile rules;
    prep::redis::Connection queue_db;
    prep::redis::Connection runs_db;
    prep::redis::Connection levels_db;
    jobs::WorkQueue queue;
    asio::thread_pool cpu;
    prep::LockWakeups wakeups;
    prep::Locks locks;
    prep::ClientCache client_cache;
    prep::Controllers controllers;
    TaskServices services;
    Completer completer;
    Executor runner;
    Heartbeat heartbeat;
    Janitor janitor;
    Puller puller;
    Registration registration;
    Scheduler scheduler;
    Periodic periodic;
    MemoryWatch memory;
    Commands commands;
    prep::CoroutineGroup connections;
    prep::CoroutineGroup roles;
    prep::CoroutineGroup listening;
    prep::CoroutineGroup completing;
    bool must_stop_now = false;
    bool outgrown = false;
};

Worker::Worker(asio::any_io_executor executor, Settings settings, TaskTable tasks)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(settings), std::move(tasks))) {}

Worker::~Worker() = default;

awaitable<Worker::Ending> Worker::run() {
    return impl_->run();
}

void Worker::drain() {
    impl_->drain();
}

void Worker::stop_now() {
    impl_->must_stop_now = true;
    impl_->drain();
    impl_->runner.slot_freed().notify();
}

} // namespace freshet::worker
