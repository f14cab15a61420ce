#include "worker/runtime/offers.hpp"

#include "jobs/queue/keys.hpp"
#include "prep/async/group.hpp"

#include <algorithm>
#include <utility>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;
using Clock = std::chrono::steady_clock;

const Logger logger("offers");

// How long it waits at the list before it asks anew; that is how a dead connection is noticed.
constexpr std::chrono::seconds block_time{5};
constexpr std::chrono::milliseconds reply_margin{5'000};
constexpr std::chrono::milliseconds pause_after_error{200};
// For a job that Redis has pushed before it answered; after that it got lost on its way.
constexpr std::chrono::milliseconds longest_way{1'000};

std::string list_of(const Executor& executor) {
    return jobs::keys::handed(executor.slots().front());
}

} // namespace

Offers::Offers(const prep::redis::Connection& like, Executor& executor, std::function<void()> come)
    : connection_(like.executor(), like.settings(), {like.settings().databases.queue, "freshet-offers"}),
      executor_(executor),
      come_(std::move(come)),
      changed_(like.executor()) {}

awaitable<void> Offers::run() {
    prep::CoroutineGroup serving(connection_.executor());
    serving.spawn("connection for offers", connection_.run());
    co_await listen();
    co_await serving.join();
}

void Offers::stop() {
    stopping_ = true;
    connection_.stop();
}

awaitable<void> Offers::listen() {
    const prep::redis::CallOptions patient{.timeout = block_time + reply_margin};
    while (!stopping_) {
        prep::redis::Command pop("BLPOP", list_of(executor_), block_time.count());
        const auto popped = co_await connection_.call(std::move(pop), patient);
        if (popped && !popped->is_nil()) take((*popped)[1].text());
        if (popped || stopping_) continue;
        logger.warning(popped.error().message);
        co_await prep::pause(pause_after_error);
    }
}

void Offers::take(std::string_view text) {
    auto job = jobs::to_handed_job(text);
    if (!job) return logger.warning(job.error().message);
    if (standing_ && standing_->execution == job->lease.execution)
        standing_.reset();
    else
        came_.insert(job->lease.execution);
    executor_.start(std::move(*job));
    changed_.notify();
    come_();
}

void Offers::put_first(std::vector<std::string>& slots) const {
    if (!standing_) return;
    const auto found = std::ranges::find(slots, standing_->worker);
    if (found != slots.end()) std::rotate(slots.begin(), found, found + 1);
}

void Offers::add_to(jobs::ClaimRequest& request) {
    withdrawn_ = std::exchange(standing_, std::nullopt);
    if (withdrawn_) request.withdrawn = withdrawn_->text;
    request.hand_to = list_of(executor_);
    came_.clear();
}

awaitable<void> Offers::claimed(const jobs::Claimed& claimed) {
    if (claimed.was_taken_up) co_await wait_for(withdrawn_->execution);
    if (claimed.offer && !came_.contains(claimed.offer->execution)) standing_ = claimed.offer;
}

void Offers::failed() {
    if (withdrawn_ && !came_.contains(withdrawn_->execution)) standing_ = withdrawn_;
}

awaitable<void> Offers::withdraw(jobs::WorkQueue& queue) {
    if (!standing_) co_return;
    jobs::ClaimRequest request;
    add_to(request);
    request.hand_to.clear();
    const auto withdrawn = co_await queue.claim(std::move(request));
    if (withdrawn)
        co_await claimed(*withdrawn);
    else
        logger.warning("an offer was not withdrawn: " + withdrawn.error().message);
}

awaitable<void> Offers::wait_for(const std::string& execution) {
    const auto deadline = Clock::now() + longest_way;
    while (!came_.contains(execution) && Clock::now() < deadline)
        co_await changed_.wait_for(longest_way);
    if (!came_.contains(execution))
        logger.warning("a job that was handed to this worker did not come; its lease will bring it back");
}

} // namespace freshet::worker
