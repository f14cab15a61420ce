#include "worker/runtime/puller.hpp"

#include "jobs/queue/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Connection;

const Logger logger("puller");

// How long one blocking move lasts. It ends early at a push; its end is a chance to look at the queues
// afresh.
constexpr std::chrono::seconds block_time{5};
constexpr std::chrono::milliseconds reply_margin{5'000};
constexpr std::chrono::milliseconds pause_after_error{200};
constexpr std::chrono::milliseconds pause_while_suspended{1'000};

} // namespace

struct Puller::Blocker {
    Blocker(Connection& like, std::string queue_name)
        : queue(std::move(queue_name)),
          connection(like.executor(), like.settings(), {like.settings().databases.queue, "freshet-blocked"}) {
    }
    std::string queue;
    Connection connection;
    bool moving = false; ///< a blocking move is under way
};

Puller::Puller(Connection& queue_db, jobs::WorkQueue& queue, Executor& executor, Options options)
    : redis_(queue_db),
      queue_(queue),
      executor_(executor),
      options_(std::move(options)),
      order_(options_.weights),
      offers_(queue_db, executor, options_.process, [this] { look_again(); }),
      connections_(queue_db.executor()),
      moves_(queue_db.executor()),
      changed_(executor.slot_freed()) {
    for (const std::string& name : queue_.queues())
        blockers_.push_back(std::make_unique<Blocker>(queue_db, name));
}

Puller::~Puller() = default;

awaitable<void> Puller::run() {
    if (options_.when_empty == WhenEmpty::wait) {
        for (const auto& blocker : blockers_)
            connections_.spawn("blocking connection", blocker->connection.run());
        connections_.spawn("offers", offers_.run());
    }
    while (!stopping_ && !finished_)
        co_await pull();
    co_await close();
}

void Puller::stop() {
    stopping_ = true;
    changed_.notify();
}

void Puller::look_again() {
    look_again_ = true;
    changed_.notify();
}

Slots::Wanted Puller::still_wanted() const {
    auto wanted = executor_.wanted();
    if (options_.most_jobs == 0) return wanted;
    wanted.keep_first(options_.most_jobs - std::min(options_.most_jobs, executor_.begun()));
    return wanted;
}

awaitable<void> Puller::pull() {
    auto wanted = still_wanted();
    if (!wanted.slots.empty()) co_return co_await claim(std::move(wanted));
    co_await wait_for_slot();
}

// With all slots taken nothing more may be moved off the queues: other workers may have a slot for it.
awaitable<void> Puller::wait_for_slot() {
    co_await unblock();
    while (still_wanted().slots.empty() && !stopping_) {
        if (!taken_.empty())
            co_await return_taken();
        else if (executor_.running().empty()) // all that it may take have ended
            stopping_ = true;
        else
            co_await changed_.wait();
    }
}

awaitable<void> Puller::claim(Slots::Wanted places) {
    places.keep_first(std::max(most_expected_, taken_.size()));
    const std::size_t wanted = places.slots.size();
    jobs::ClaimRequest request;
    request.workers = std::move(places.slots);
    request.ahead = places.ahead;
    request.taken = std::exchange(taken_, {});
    for (const SlotKind kind : {SlotKind::cpu, SlotKind::io})
        request.free_of_kind[std::string(to_word(kind))] = executor_.free_slots(kind);
    request.look_first = order_.next(wanted);
    const auto taken = request.taken;
    if (options_.when_empty == WhenEmpty::wait) offers_.add_to(request);
    look_again_ = false;
    auto full = executor_.full_kinds();
    auto claimed = co_await queue_.claim(std::move(request));
    if (!claimed) {
        if (said_ != claimed.error().message) logger.warning("no claim: " + claimed.error().message);
        said_ = claimed.error().message;
        taken_.insert(taken_.end(), taken.begin(), taken.end());
        co_return co_await changed_.wait_for(pause_after_error);
    }
    said_.clear();
    const bool all_filled = claimed->jobs.size() == claimed->places;
    most_expected_ = all_filled ? std::max(most_expected_, 2 * wanted) : few;
    for (auto& job : claimed->jobs)
        executor_.start(std::move(job));
    std::ranges::copy(executor_.full_kinds(), std::back_inserter(full));
    co_await offers_.wait_for_job_of(*claimed);
    const bool waits = options_.when_empty == WhenEmpty::wait;
    if (claimed->suspended && waits) co_return co_await prep::pause(pause_while_suspended);
    paused_ = std::move(claimed->paused);
    if (all_filled || stopping_) co_return;
    if (waits) co_return co_await wait_for_push(std::move(full));

    finished_ = executor_.running().empty();
    if (!finished_) co_await changed_.wait();
}

awaitable<void> Puller::wait_for_push(std::vector<SlotKind> full) {
    for (const auto& blocker : blockers_) {
        if (blocker->moving || is_paused(blocker->queue)) continue;
        blocker->moving = true;
        moves_.spawn("blocking move", block_on(*blocker));
    }
    // Nobody tells when a queue is resumed: with one paused, it is looked for now and then.
    if (!paused_.empty()) co_return co_await changed_.wait_for(pause_while_suspended);
    // What was set aside for want of a slot is claimed when one of its kind is free: no push tells that.
    const auto has_room = [&](SlotKind kind) {
        return executor_.free_slots(kind) > 0;
    };
    while (
        !stopping_ && !look_again_ && taken_.empty() && all_blocked() && std::ranges::none_of(full, has_room))
        co_await changed_.wait();
}

bool Puller::is_paused(const std::string& queue) const {
    return std::ranges::find(paused_, queue) != paused_.end();
}

awaitable<void> Puller::block_on(Blocker& blocker) {
    Command move("BLMOVE", jobs::keys::queue(blocker.queue), jobs::keys::intermediate(blocker.queue), "LEFT",
        "RIGHT", block_time.count());
    const prep::redis::CallOptions patient{.timeout = block_time + reply_margin};
    auto moved = co_await blocker.connection.call(std::move(move), patient);
    if (moved && !moved->is_nil()) taken_.push_back({blocker.queue, std::string(moved->text())});
    if (!moved && !stopping_) {
        logger.warning(fmt::format("queue {}: {}", blocker.queue, moved.error().message));
        co_await prep::pause(pause_after_error);
    }
    blocker.moving = false;
    changed_.notify();
}

bool Puller::all_blocked() const {
    return std::all_of(
        blockers_.begin(), blockers_.end(), [](const auto& blocker) { return blocker->moving; });
}

// Ends the blocking moves cleanly: each answers nil or the id that it has just taken, so that none is lost
// between.
awaitable<void> Puller::unblock() {
    std::vector<Command> commands;
    for (const auto& blocker : blockers_)
        if (blocker->moving && blocker->connection.connected())
            commands.emplace_back("CLIENT", "UNBLOCK", blocker->connection.client_id());
    if (commands.empty()) co_return;
    const auto unblocked = co_await redis_.call_all(std::move(commands));
    if (!unblocked) logger.debug("not unblocked: " + unblocked.error().message);
}

awaitable<void> Puller::return_taken() {
    auto taken = std::exchange(taken_, {});
    for (jobs::TakenId& one : taken) {
        std::vector<std::string> ids{one.job_id};
        const auto returned = co_await queue_.return_taken(one.queue, std::move(ids));
        if (!returned)
            logger.warning("left on the intermediate list, a janitor returns it: " + returned.error().message,
                {.run_id = {}, .job_id = one.job_id});
    }
}

awaitable<void> Puller::close() {
    for (const auto& blocker : blockers_)
        if (!blocker->connection.connected()) blocker->connection.stop();
    co_await unblock();
    co_await moves_.join();
    co_await offers_.withdraw(queue_);
    offers_.stop();
    for (const auto& blocker : blockers_)
        blocker->connection.stop();
    co_await connections_.join();
    co_await return_taken();
}

} // namespace freshet::worker
