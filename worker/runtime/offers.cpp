#include "worker/runtime/offers.hpp"

#include "jobs/queue/keys.hpp"

#include <algorithm>
#include <utility>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;
using Clock = std::chrono::steady_clock;

const Logger logger("offers");

// How long it waits at the list before it asks anew; that is how a dead connection is noticed. The first time
// just shows that it can.
constexpr std::string_view shortest_block = "0.001"; // seconds
constexpr std::string_view usual_block = "5";
constexpr std::chrono::milliseconds patience{10'000};
constexpr std::chrono::milliseconds pause_after_error{1'000};
// For a job that Redis has pushed before it answered; after that it got lost on its way.
constexpr std::chrono::milliseconds longest_way{1'000};
constexpr int attempts_to_withdraw = 2;

} // namespace

Offers::Offers(const prep::redis::Connection& like, Executor& executor, std::string process,
    std::function<void()> change)
    : process_(std::move(process)),
      change_(std::move(change)),
      connection_(like.executor(), like.settings(), {like.settings().databases.queue, "freshet-offers"}),
      serving_(like.executor()),
      executor_(executor),
      changed_(like.executor()) {}

awaitable<void> Offers::run() {
    serving_.spawn("connection for offers", connection_.run());
    co_await listen();
    co_await serving_.join();
}

void Offers::stop() {
    stopping_ = true;
    connection_.stop();
}

awaitable<void> Offers::listen() {
    const prep::redis::CallOptions patient{.timeout = patience};
    std::string told; // the same for hours is told once
    while (!stopping_) {
        const auto block = listens_ ? usual_block : shortest_block;
        prep::redis::Command pop("BLPOP", jobs::keys::handed(process_), block);
        const auto popped = co_await connection_.call(std::move(pop), patient);
        if (stopping_) co_return;
        note_listening(popped.has_value());
        if (popped && !popped->is_nil()) take((*popped)[1].text());
        if (popped) continue;
        if (popped.error().message != told) logger.warning(told = popped.error().message);
        co_await prep::pause(pause_after_error);
    }
}

void Offers::note_listening(bool listens) {
    if (std::exchange(listens_, listens) != listens) change_();
}

void Offers::take(std::string_view text) {
    auto job = jobs::to_handed_job(text);
    if (!job) return logger.warning(job.error().message);
    if (std::ranges::find(executor_.slots(), job->lease.worker) == executor_.slots().end())
        return logger.warning("not for a slot of this worker: " + job->lease.worker,
            {.run_id = {}, .job_id = job->lease.job_id});
    last_came_ = job->lease.execution;
    came_.insert(last_came_);
    executor_.start(std::move(*job));
    changed_.notify();
    change_();
}

void Offers::add_to(jobs::ClaimRequest& request) {
    request.process = process_;
    if (listens_) request.offering = jobs::ClaimRequest::Offering::a_slot;
    has_offered_ = has_offered_ || listens_;
    request.came = last_came_;
    came_.clear();
}

awaitable<void> Offers::wait_for_job_of(const jobs::Claimed& claimed) {
    const std::string execution = claimed.taken_up;
    const auto deadline = Clock::now() + longest_way;
    const auto is_missing = [&] {
        return !execution.empty() && !came_.contains(execution);
    };
    while (is_missing() && Clock::now() < deadline)
        co_await changed_.wait_for(longest_way);
    if (is_missing())
        logger.warning("a job that was handed to this worker did not come; its lease will bring it back");
}

awaitable<void> Offers::withdraw(jobs::WorkQueue& queue) {
    for (int attempt = 1; has_offered_ && attempt <= attempts_to_withdraw; ++attempt) {
        jobs::ClaimRequest request;
        add_to(request);
        request.offering = jobs::ClaimRequest::Offering::none;
        const auto withdrawn = co_await queue.claim(std::move(request));
        if (withdrawn) co_return co_await wait_for_job_of(*withdrawn);
        logger.warning("an offer was not withdrawn: " + withdrawn.error().message);
        co_await prep::pause(pause_after_error);
    }
}

} // namespace freshet::worker
